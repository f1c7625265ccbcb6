(* tanh near a point: the parabola through it and two points beside it, and two bounds of how far tanh may be from that: one by its
   third derivative, and one, closer where the third changes little, by two points between and its fifth derivative. *)

From Coq Require Import Reals List Lra Lia Psatz.
From Coquelicot Require Import Coquelicot.
From Anylength Require Import Numbers Basic Intervals Vectors.
Import ListNotations.
Local Open Scope R_scope.

(* Rising numbers that satisfy P, above a and up to b. *)
Fixpoint points (P : R -> Prop) (a : R) (l : list R) (b : R) : Prop :=
  match l with
  | [] => a <= b
  | x :: rest => a < x /\ P x /\ points P x rest b
  end.

Lemma points_from P a a' l b : a < a' -> points P a' l b -> points P a l b.
Proof. destruct l; simpl; intros; [lra|]. intuition lra. Qed.

Lemma points_that (P Q : R -> Prop) l b : (forall x, P x -> Q x) -> forall a, points P a l b -> points Q a l b.
Proof. intros H. induction l as [|x l IH]; simpl; auto. intros a (A & X & L). auto. Qed.

Lemma one_more (P : R -> Prop) t l b : P t -> t <= b -> forall a, points (fun x => P x /\ x <> t) a l b -> a < t ->
  exists l', length l' = S (length l) /\ points P a l' b.
Proof.
  intros T B. induction l as [|x l IH]; simpl; intros a.
  - intros. exists [t]. now simpl.
  - intros (A & [X N] & L) LT. destruct (Rlt_le_dec x t) as [XT|TX].
    + destruct (IH x L XT) as (l' & E & H). exists (x :: l'). simpl. auto.
    + exists (t :: x :: l). simpl. repeat split; auto; [lra|]. apply points_that with (2 := L). tauto.
Qed.

(* Between two zeros of a function lies one of its derivative. *)
Lemma zero_between g g' a b : (forall s, derivable_pt_lim g s (g' s)) -> a < b -> g a = 0 -> g b = 0 -> exists c, a < c < b /\ g' c = 0.
Proof.
  intros D L A B. destruct (MVT_cor2 g g' a b L (fun c _ => D c)) as (c & E & C). exists c. split; auto.
  rewrite A, B, Rminus_diag in E. symmetry in E. apply Rmult_integral in E. destruct E; lra.
Qed.

Lemma zeros_between g g' b : (forall s, derivable_pt_lim g s (g' s)) -> forall l a, g a = 0 -> points (fun x => g x = 0) a l b ->
  exists l', length l' = length l /\ points (fun x => g' x = 0) a l' b.
Proof.
  intros D. induction l as [|x l IH]; simpl; intros a A.
  - intros. now exists [].
  - intros (L & X & H). destruct (IH x X H) as (l' & E & Z). destruct (zero_between g g' a x D L A X) as (c & C & ZC).
    exists (c :: l'). simpl. repeat split; auto; [lra|]. apply points_from with x; auto. lra.
Qed.

(* Functions of which each is the derivative of the one before, and the last of them. *)
Fixpoint derivatives (f : R -> R) (l : list (R -> R)) : Prop :=
  match l with
  | [] => True
  | f' :: rest => (forall x, is_derive f x (f' x)) /\ derivatives f' rest
  end.
Fixpoint highest (f : R -> R) (l : list (R -> R)) : R -> R :=
  match l with
  | [] => f
  | f' :: rest => highest f' rest
  end.

(* A conjunction's parts, as they are written. *)
Ltac each := repeat match goal with |- _ /\ _ => split end; auto.

Section Remainder.
Variable y : R.

Lemma derivative (g g' p : R -> R) s p' : is_derive g (y + s) (g' (y + s)) -> is_derive p s p' ->
  derivable_pt_lim (fun t => g (y + t) - p t) s (g' (y + s) - p').
Proof.
  intros G P. apply is_derive_Reals. apply (is_derive_minus (fun t => g (y + t)) p); auto.
  replace (g' (y + s)) with (scal 1 (g' (y + s))) by apply Rmult_1_l.
  apply (is_derive_comp g (fun t => y + t)); auto. auto_derive; auto.
Qed.

(* Functions that meet in one more point than they have derivatives here: the last derivatives meet, too. *)
Lemma highest_meet b fs : forall f p ps l a, length ps = length fs -> length l = length fs -> derivatives f fs -> derivatives p ps ->
  f (y + a) - p a = 0 -> points (fun x => f (y + x) - p x = 0) a l b -> exists x, a <= x <= b /\ highest f fs (y + x) = highest p ps x.
Proof.
  induction fs as [|f' fs IH]; intros f p [|p' ps] [|z l] a; try discriminate; simpl highest.
  - intros _ _ _ _ A B. exists a. simpl in B. lra.
  - intros EP EL [F DF] [P DP] A Z.
    destruct (zeros_between _ (fun s => f' (y + s) - p' s) b (fun s => derivative f f' p s _ (F _) (P _)) _ _ A Z) as ([|c l'] & E & Z');
      simpl in *; [discriminate|].
    destruct Z' as (C & ZC & Z'). destruct (IH f' p' ps l' c) as (x & X & M); auto; try congruence. exists x. split; auto. lra.
Qed.

(* f is near p, which meets it where w is 0: with k w, it meets f in one point more. *)
Theorem remainder f fs p w (ps : R -> list (R -> R)) m l r t :
  derivatives f fs -> (forall k, derivatives (fun s => p s + k * w s) (ps k)) -> (forall k s, highest (fun s => p s + k * w s) (ps k) s = m * k) ->
  m <> 0 -> (forall k, length (ps k) = S (length l)) -> length fs = S (length l) ->
  (forall s, w s = 0 -> f (y + s) = p s) -> w (- r) = 0 -> points (fun s => w s = 0) (- r) l r -> Rabs t <= r ->
  exists x, Rabs (x - y) <= r /\ f (y + t) = p t + highest f fs x / m * w t.
Proof.
  intros DF DP HP M LP LF MEET W0 W T. apply between_abs in T. destruct (Req_dec (w t) 0) as [Z|N].
  { exists y. rewrite Z, MEET, Rminus_diag, Rabs_R0 by auto. split; lra. }
  set (k := (f (y + t) - p t) / w t).
  assert (ZW : forall s, w s = 0 -> f (y + s) - (p s + k * w s) = 0) by (intros s S; rewrite S, MEET by auto; ring).
  destruct (one_more (fun s => f (y + s) - (p s + k * w s) = 0) t l r) with (a := - r) as (l' & E & Z).
  - unfold k. field. auto.
  - lra.
  - apply points_that with (2 := W). intros s S. split; auto. congruence.
  - destruct (Req_dec t (- r)); [congruence | lra].
  - destruct (highest_meet r fs f (fun s => p s + k * w s) (ps k) l' (- r)) as (x & X & H); auto; try congruence.
    exists (y + x). split; [apply Rabs_le; lra|]. rewrite H, HP. unfold k. field. auto.
Qed.
End Remainder.

Section Near.
Variables f f1 f2 f3 f4 f5 : R -> R.
Hypothesis derived : derivatives f [f1; f2; f3; f4; f5].
Variables y r : R.
Hypothesis positive : 0 < r.

(* The parabola through f at y - r, y and y + r. *)
Definition slope : R := (f (y + r) - f (y - r)) / (2 * r).
Definition curvature : R := (f (y + r) - f y + (f (y - r) - f y)) / (2 * (r * r)).
Definition parabola (t : R) : R := f y + slope * t + curvature * (t * t).
Definition cubic (t : R) : R := t * (t * t - r * r).

Lemma zero_of_cubic t : cubic t = 0 -> t = 0 \/ t = r \/ t = - r.
Proof.
  unfold cubic. replace (t * t - r * r) with ((t - r) * (t + r)) by ring.
  intros E. apply Rmult_integral in E. destruct E as [E|E]; auto. apply Rmult_integral in E. destruct E; lra.
Qed.

Lemma parabola_meets t : cubic t = 0 -> f (y + t) = parabola t.
Proof.
  intros Z. unfold parabola, slope, curvature. destruct (zero_of_cubic t Z) as [->|[->| ->]].
  - rewrite Rplus_0_r. ring.
  - field. lra.
  - replace (y + - r) with (y - r) by ring. field. lra.
Qed.

Theorem near_parabola t : Rabs t <= r -> exists x, Rabs (x - y) <= r /\ f (y + t) = parabola t + f3 x / 6 * cubic t.
Proof.
  destruct derived as (D1 & D2 & D3 & _).
  apply (remainder y f [f1; f2; f3] parabola cubic (fun k =>
    [fun s => slope + 2 * curvature * s + k * (3 * (s * s) - r * r); fun s => 2 * curvature + 6 * k * s; fun _ => 6 * k]) 6 [0; r]); auto.
  - simpl. each.
  - intros k. unfold parabola, cubic. simpl. each; intros; auto_derive; auto; ring.
  - exact parabola_meets.
  - unfold cubic. ring.
  - unfold cubic. simpl. repeat split; try ring; lra.
Qed.

(* The parabola misses f by so much at y + r / 2 and y - r / 2. The quartic meets it there, too. *)
Definition miss_above : R := f (y + r / 2) - parabola (r / 2).
Definition miss_below : R := f (y - r / 2) - parabola (- (r / 2)).
Definition skew : R := 4 / 3 * (miss_below - miss_above) / (r * r * r).
Definition lift : R := - (8 / 3) * (miss_below + miss_above) / (r * r * (r * r)).
Definition more (t : R) : R := cubic t * (skew + lift * t).
Definition quintic (t : R) : R := cubic t * (t * t - r * r / 4).

Lemma quartic_meets t : quintic t = 0 -> f (y + t) = parabola t + more t.
Proof.
  intros E. apply Rmult_integral in E. destruct E as [E|E]; [rewrite parabola_meets by auto; unfold more; rewrite E; ring|].
  replace (t * t - r * r / 4) with ((t - r / 2) * (t + r / 2)) in E by field. apply Rmult_integral in E.
  unfold more, skew, lift, cubic. destruct E as [E|E].
  - replace t with (r / 2) by lra. replace (f (y + r / 2)) with (miss_above + parabola (r / 2)) by (unfold miss_above; ring). field. lra.
  - replace t with (- (r / 2)) by lra. replace (f (y + - (r / 2))) with (miss_below + parabola (- (r / 2))) by (unfold miss_below, Rminus; ring).
    field. lra.
Qed.

Theorem near_quartic t : Rabs t <= r -> exists x, Rabs (x - y) <= r /\ f (y + t) = parabola t + more t + f5 x / 120 * quintic t.
Proof.
  apply (remainder y f [f1; f2; f3; f4; f5] (fun t => parabola t + more t) quintic (fun k =>
    [fun s => slope + 2 * curvature * s + skew * (3 * (s * s) - r * r) + lift * (4 * (s * s * s) - 2 * (r * r) * s)
              + k * (5 * (s * s * (s * s)) - 15 / 4 * (r * r) * (s * s) + r * r * (r * r) / 4);
     fun s => 2 * curvature + 6 * skew * s + lift * (12 * (s * s) - 2 * (r * r)) + k * (20 * (s * s * s) - 15 / 2 * (r * r) * s);
     fun s => 6 * skew + 24 * lift * s + k * (60 * (s * s) - 15 / 2 * (r * r));
     fun s => 24 * lift + 120 * k * s; fun _ => 120 * k]) 120 [- (r / 2); 0; r / 2; r]); auto.
  - intros k. unfold parabola, more, quintic, cubic. simpl. each; intros; auto_derive; auto; field.
  - exact quartic_meets.
  - unfold quintic, cubic. ring.
  - unfold quintic, cubic. simpl. repeat split; try field; lra.
Qed.
End Near.

(* The derivatives of tanh are polynomials in tanh. *)
Lemma tanh_derivative x : is_derive tanh x (1 - tanh x * tanh x).
Proof.
  apply is_derive_ext with (fun x => 1 - 2 / (exp (2 * x) + 1)); [intros; now rewrite tanh_by_exp|].
  pose proof (exp_pos (2 * x)). auto_derive; [lra|]. rewrite tanh_by_exp. field. lra.
Qed.

(* The third one and the fifth one, with p p in each factor once. *)
Definition tanh3 (p : R) : R := 2 / 3 - 6 * ((p * p - 2 / 3) * (p * p - 2 / 3)).
Definition tanh5 (p : R) : R := 8 * ((1 - p * p) * (15 * ((p * p - 1 / 2) * (p * p - 1 / 2)) - 7 / 4)).

Lemma tanh_derivatives : derivatives tanh
  [fun x => 1 - tanh x * tanh x; fun x => - 2 * (tanh x * (1 - tanh x * tanh x)); fun x => tanh3 (tanh x);
   fun x => - 24 * (tanh x * ((1 - tanh x * tanh x) * (tanh x * tanh x - 2 / 3))); fun x => tanh5 (tanh x)].
Proof.
  unfold tanh3, tanh5. simpl. each; intros x; [apply tanh_derivative|..];
    (auto_derive; [repeat split; eexists; apply tanh_derivative|]; rewrite (is_derive_unique (fun x : R => tanh x) _ _ (tanh_derivative x)); field).
Qed.

Theorem tanh_near y r t : 0 < r -> Rabs t <= r ->
  exists x, Rabs (x - y) <= r /\ tanh (y + t) = parabola tanh y r t + tanh3 (tanh x) / 6 * cubic r t.
Proof. intros P. exact (near_parabola _ _ _ _ _ _ tanh_derivatives y r P t). Qed.

Theorem tanh_nearer y r t : 0 < r -> Rabs t <= r ->
  exists x, Rabs (x - y) <= r /\ tanh (y + t) = parabola tanh y r t + more tanh y r t + tanh5 (tanh x) / 120 * quintic r t.
Proof. intros P. exact (near_quartic _ _ _ _ _ _ tanh_derivatives y r P t). Qed.

(* The square of t (r r - t t) is at most 4/27 of that of r r r: the rest is (t t - r r / 3)^2 (4/3 r r - t t). *)
Lemma cubic_below r t : Rabs t <= r -> Rabs (cubic r t) <= 3849003 / 10000000 * (r * r * r).
Proof.
  intros T. apply between_abs in T. unfold cubic.
  assert (R0 : 0 <= r * r * r) by (repeat apply Rmult_le_pos; lra).
  apply below_product; auto; [lra|].
  assert (S : t * t <= r * r) by nra. assert (0 <= t * t) by apply Rle_0_sqr.
  assert (0 <= (t * t - r * r / 3) * (t * t - r * r / 3) * (4 / 3 * (r * r) - t * t)).
  { apply Rmult_le_pos; [apply Rle_0_sqr | lra]. }
  assert (Q : t * (t * t - r * r) * (t * (t * t - r * r)) <= 4 / 27 * (r * r * r * (r * r * r))) by lra.
  assert (0 <= r * r * r * (r * r * r)) by (apply Rmult_le_pos; auto). lra.
Qed.

Lemma quotient_below x k b : 0 < b -> Rabs x <= k * b -> Rabs (x / b) <= k.
Proof. intros B X. rewrite Rabs_div, (Rabs_pos_eq b) by lra. now apply Rle_div_l. Qed.

Lemma more_below f y r t : 0 < r -> Rabs t <= r -> Rabs (more f y r t)
  <= 5132004 / 10000000 * Rabs (miss_below f y r - miss_above f y r) + 2 / 3 * Rabs (miss_below f y r + miss_above f y r).
Proof.
  intros P T. pose proof (cubic_below r t T) as C. apply between_abs in T. unfold more, skew, lift. set (u := _ - _). set (v := miss_below f y r + _).
  assert (R2 : 0 < r * r) by nra. assert (R3 : 0 < r * r * r) by nra. assert (R4 : 0 < r * r * (r * r)) by nra.
  assert (Q : Rabs (- t * cubic r t) <= / 4 * (r * r * (r * r))).
  { unfold cubic. assert (t * t <= r * r) by nra. pose proof (Rle_0_sqr (t * t - r * r / 2)). unfold Rsqr in *. apply Rabs_le. nra. }
  apply quotient_below in C, Q; auto.
  replace (cubic r t * _) with (cubic r t / (r * r * r) * (4 / 3 * u) + - t * cubic r t / (r * r * (r * r)) * (8 / 3 * v)) by (field; lra).
  eapply Rle_trans; [apply Rabs_triang|]. rewrite !Rabs_mult, (Rabs_pos_eq (4 / 3)), (Rabs_pos_eq (8 / 3)) by lra.
  pose proof (Rabs_pos u). pose proof (Rabs_pos v). nra.
Qed.

(* The rest of the largest square is (s - 67604 / 100000)^2 (s s (1 - s) + a square and more), and a number above 0. *)
Lemma quintic_squared s : 0 <= s <= 1 -> s * ((1 - s) * (1 - s)) * ((s - 1 / 4) * (s - 1 / 4)) <= 1135 / 10000 * (1135 / 10000).
Proof.
  intros S. set (q := s - 67604 / 100000).
  assert (0 <= q * q * (s * s * (1 - s) + 14792 / 100000 * (s * s) - 533902448 / 10000000000 * s + 28178146540544 / 1000000000000000)).
  { apply Rmult_le_pos; [apply Rle_0_sqr|]. assert (0 <= s * s * (1 - s)) by (repeat apply Rmult_le_pos; lra). nra. }
  unfold q in *. lra.
Qed.

Lemma quintic_below r t : 0 < r -> Rabs t <= r -> Rabs (quintic r t) <= 1135 / 10000 * (r * r * r * (r * r)).
Proof.
  intros P T. apply between_abs in T. assert (R2 : 0 < r * r) by nra. assert (R5 : 0 < r * r * r * (r * r)) by (repeat apply Rmult_lt_0_compat; auto).
  apply below_product; [lra..|]. set (s := t * t / (r * r)). assert (E : t * t = s * (r * r)) by (unfold s; field; lra).
  replace (quintic r t * quintic r t)
    with (s * ((1 - s) * (1 - s)) * ((s - 1 / 4) * (s - 1 / 4)) * (r * r * r * (r * r) * (r * r * r * (r * r)))).
  - apply Rmult_le_compat_r; [nra|]. apply quintic_squared. split; nra.
  - unfold s, quintic, cubic. field. lra.
Qed.
