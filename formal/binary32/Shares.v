(* Bounds on the errors of softmax in binary32. *)

From Coq Require Import ZArith Reals List Bool Arith Lra Lia Psatz.
From Flocq Require Import Core.
From Interval Require Import Float.Sig Interval.Interval Interval.Float_full Real.Xreal.
From Anylength Require Import Numbers Program Agreement Intervals Net Certificate Regions Float32 DotProducts Functions32 Quotients32 Softmax32
  Storage Machine32 Triples Errors Bounds Means Norms.
Import ListNotations.
Local Open Scope R_scope.

(* e^(x - c), and the sum of all of them. *)
Definition shifted (c x : R) : R := exp (x - c).
Definition shifted_total (c : R) (l : list R) : R := total_of (map (shifted c) l).
Definition share_of (l : list R) (x : R) : R := shifted 0 x / shifted_total 0 l.

Lemma shifted_total_append c a b : shifted_total c (a ++ b) = shifted_total c a + shifted_total c b.
Proof. unfold shifted_total. rewrite map_app. apply total_append. Qed.

Lemma shifted_total_cons c x l : shifted_total c (x :: l) = shifted c x + shifted_total c l.
Proof. reflexivity. Qed.

Lemma shifted_positive c l : 0 <= shifted_total c l.
Proof.
  induction l as [|x l IH]; [unfold shifted_total; cbn [map total]; rewrite real_zero; apply Rle_refl|].
  rewrite shifted_total_cons. pose proof (exp_pos (x - c)). unfold shifted. lra.
Qed.

Lemma shifted_again c k x : shifted c x = shifted k x * exp (k - c).
Proof. unfold shifted. rewrite <- exp_plus. f_equal. ring. Qed.

Lemma shifted_total_again c k l : shifted_total c l = shifted_total k l * exp (k - c).
Proof.
  induction l as [|x l IH].
  - unfold shifted_total. cbn [map total]. rewrite real_zero. symmetry. apply Rmult_0_l.
  - rewrite !shifted_total_cons, IH, (shifted_again c k). ring.
Qed.

(* The share of x does not depend on what is subtracted first. *)
Lemma share_again l x c : In x l -> share_of l x = shifted c x / shifted_total c l.
Proof.
  intros I. unfold share_of. rewrite (shifted_again 0 c), (shifted_total_again 0 c). pose proof (exp_pos (c - 0)).
  assert (0 < shifted_total c l).
  { induction l as [|y l IH]; [destruct I|]. rewrite shifted_total_cons. pose proof (exp_pos (y - c)). pose proof (shifted_positive c l). unfold shifted. lra. }
  field. split; lra.
Qed.

Lemma share_values (l : list R) : map (share reals) (each_with_others [] l) = map (share_of l) l.
Proof.
  enough (G : forall rest before, before ++ rest = l -> map (share reals) (each_with_others before rest) = map (share_of l) rest) by now apply G.
  induction rest as [|x rest IH]; intros before E; simpl; auto. f_equal; [|apply IH; now rewrite <- app_assoc].
  rewrite (share_again l x x) by (rewrite <- E; apply in_elt).
  assert (T : shifted_total x l = 1 + shifted_total x (before ++ rest)).
  { rewrite <- E, !shifted_total_append, shifted_total_cons. unfold shifted at 1. rewrite Rminus_diag, exp_0. ring. }
  rewrite T. unfold shifted at 1. rewrite Rminus_diag, exp_0. unfold Rdiv. rewrite Rmult_1_l.
  unfold share, one. cbn [fst snd apply1 apply2 real_unary real_binary exactly reals].
  assert (O : real_of (1, 0)%Z = 1) by (unfold real_of; simpl; ring). rewrite O. reflexivity.
Qed.

Module Shares (F : FloatOps with Definition sensible_format := true) (R : RegionsOf F).
Import R.
Module Export Norm := Norms F R.
Open Scope R_scope.

(* The largest bounds of all arguments. *)
Definition largest_of (l : list I.type) : I.type := fold_right larger zero_box l.

Definition bounded_by (s z : R) (x : R) (l : list term) : Prop := forall y, makes l y -> within s x y /\ Rabs y <= z.

Lemma bounded_more s s' z z' xs ls : s <= s' -> z <= z' -> Forall2 (bounded_by s z) xs ls -> Forall2 (bounded_by s' z') xs ls.
Proof.
  intros S Z. apply Forall2_impl. intros x l H y My. destruct (H y My). split; [now apply within_more with s | lra].
Qed.

Lemma common_bounds ms xs ls : all3 measured ms xs ls -> exists s z, holds (largest_of (map snd ms)) s /\ holds (largest_of (map size ms)) z /\
  0 <= s /\ Forall2 (bounded_by s z) xs ls.
Proof.
  induction 1 as [|m x l ms xs ls M A (s & z & S & Z & P & H)].
  - exists 0, 0. repeat split; try apply zero_holds; try lra. constructor.
  - destruct (measured_size _ _ _ M) as (sm & dm & Sm & Dm & Pm & _ & W). exists (Rmax dm s), (Rmax sm z).
    split; [now apply larger_holds|]. split; [now apply larger_holds|]. pose proof (Rmax_l dm s). pose proof (Rmax_r dm s). split; [lra|].
    constructor; [|apply bounded_more with (3 := H); auto; apply Rmax_r]. intros y My. destruct (W y My) as [Wy Sy].
    split; [now apply within_more with dm|]. specialize (Sy y (flushes_same y)). pose proof (Rmax_l sm z). lra.
Qed.

Lemma bounded_values s z xs ls : Forall2 (bounded_by s z) xs ls -> forall ys, Forall2 makes ls ys -> Forall2 (fun x y => within s x y /\ Rabs y <= z) xs ys.
Proof. induction 1; intros ys Y; inversion Y; subst; constructor; auto. Qed.

Lemma one_of_them {A B : Type} (P : A -> B -> Prop) xs ys : Forall2 P xs ys -> (forall x, In x xs -> exists y, In y ys /\ P x y) /\
  (forall y, In y ys -> exists x, In x xs /\ P x y).
Proof.
  induction 1 as [|x y xs ys H F [I J]]; [split; intros ? []|]. split; intros v [->|V]; simpl; eauto.
  - destruct (I v V) as (w & W & Q). eauto.
  - destruct (J v V) as (w & W & Q). eauto.
Qed.

Lemma shifted_below_total c x l : In x l -> shifted c x <= shifted_total c l.
Proof.
  induction l as [|y l IH]; [intros []|]. intros [->|I]; rewrite shifted_total_cons; pose proof (shifted_positive c l).
  - lra.
  - specialize (IH I). pose proof (exp_pos (y - c)). unfold shifted in *. lra.
Qed.

(* The sum of the machine's exponentials. *)
Lemma exponentials_fit s z c xs ys es : Forall2 (fun x y => within s x y /\ Rabs y <= z) xs ys -> Forall2 (exponential32 c) ys es ->
  Rabs c <= z -> 2 * z < overflow -> s + u * (2 * z) + tau <= 1 -> (forall y, In y ys -> y <= c) ->
  let k := exponential_error (s + u * (2 * z) + tau) in
  fits (map Number es) (shifted_total c xs) (shifted_total c xs) (shifted_total c xs * k + INR (length xs) * tau) (length xs).
Proof.
  intros H; revert es; induction H as [|x y xs ys [W B] H IH]; intros es E C O D L k; inversion E as [|y' e ys' es' Ee E']; subst.
  - unfold shifted_total. cbn [map total length INR]. rewrite real_zero. constructor; lra.
  - pose proof u_positive. pose proof tau_positive. destruct (within_itself _ _ _ W) as [_ Ey]. apply Rabs_le_inv in Ey. pose proof (L y (or_introl eq_refl)).
    assert (Pz : 0 <= u * (2 * z)) by (pose proof (Rabs_pos c); apply Rmult_le_pos; lra).
    pose proof (exponential_rule s z x c y e W B C O ltac:(lra) D Ee) as V. fold k in V. fold (shifted c x) in V.
    cbn [map length]. rewrite shifted_total_cons, S_INR.
    replace ((shifted c x + shifted_total c xs) * k + (INR (length xs) + 1) * tau) with
      ((shifted c x * k + tau) + (shifted_total c xs * k + INR (length xs) * tau)) by ring.
    apply one_term; [apply (within_itself _ _ _ V) | | | apply IH; auto; intros; apply L; now right].
    + rewrite Rabs_pos_eq; [lra | left; apply exp_pos].
    + intros v Vv. apply (V v Vv).
Qed.

(* The rule of softmax: the relative errors of an exponential and of the sum of all, and the error of a share y. *)
Definition sum_of_shares_error (k : R) (n : nat) : R := k + gamma n * (1 + k) + 18 * INR n * tau.
Definition share_error (k m y : R) : R := y * ((k + m + bpow radix2 (-21)) / (1 - m) + bpow radix2 (-20)) + 16 * tau.

(* The same on intervals: the error of a share by the share, if the rule applies. *)
Definition softmax_errors (ms : list measure) : option I.type :=
  let n := length ms in
  let twice := times (integer 2) (largest_of (map size ms)) in
  let d := plus (plus (largest_of (map snd ms)) (times u_box twice)) tau_box in
  let g := plus d (times d d) in
  let k := plus g (times function_error (plus (integer 1) g)) in
  let m := plus (plus k (times (gamma_box n) (plus (integer 1) k))) (times (integer (18 * Z.of_nat n)) tau_box) in
  if (Z.of_nat n <? 8388608)%Z && is_small twice && is_not_below_zero (minus (inverse (integer 2)) m)
  then Some (plus (over (plus (plus k m) (point (1, -21)%Z)) (minus (integer 1) m)) function_error) else None.

Definition share_row (q own : I.type) : row := Made (plus (times own q) (times (integer 16) tau_box)).

Lemma sum_is_near b k n B : / 3 <= B -> 0 <= k -> 0 <= gamma n <= 1 -> b = B * k + INR n * tau ->
  sum_error B b n <= sum_of_shares_error k n * B.
Proof.
  intros HB K [G G1] ->. unfold sum_error, sum_of_shares_error. pose proof tau_positive. pose proof (pos_INR n). assert (P : 0 <= INR n * tau) by (apply Rmult_le_pos; lra).
  assert (Q : 3 * (INR n * tau) <= 9 * (INR n * tau) * B) by nra.
  assert (S : gamma n * (3 * (INR n * tau)) <= gamma n * (9 * (INR n * tau) * B)) by (apply Rmult_le_compat_l; lra).
  assert (S1 : gamma n * (9 * (INR n * tau) * B) <= 1 * (9 * (INR n * tau) * B)) by (apply Rmult_le_compat_r; lra). nra.
Qed.

Lemma shifted_at_most_3 c x : x - c <= 1 -> shifted c x <= 3.
Proof. intros H. pose proof exp_le_3. unfold shifted. destruct (Req_dec (x - c) 1) as [->|]; auto. apply Rle_trans with (exp 1); auto. left. apply exp_increasing. lra. Qed.

Lemma shifted_at_least_third c x : -1 <= x - c -> / 3 <= shifted c x.
Proof.
  intros H. pose proof exp_le_3. unfold shifted. apply Rle_trans with (exp (Ropp 1)).
  - rewrite exp_Ropp. apply Rinv_le_contravar; auto. apply exp_pos.
  - destruct (Req_dec (x - c) (Ropp 1)) as [->|]; [lra | left; apply exp_increasing; lra].
Qed.

Lemma total_at_most c l : (forall x, In x l -> shifted c x <= 3) -> shifted_total c l <= 3 * INR (length l).
Proof.
  induction l as [|x l IH]; intros H; [unfold shifted_total; cbn [map total length INR]; rewrite real_zero; lra|].
  rewrite shifted_total_cons. cbn [length]. rewrite S_INR. pose proof (H x (or_introl eq_refl)). specialize (IH ltac:(intros; apply H; now right)). lra.
Qed.

Lemma gamma_below_1 n : (Z.of_nat n < 8388608)%Z -> 0 <= gamma n <= 1.
Proof.
  intros L. apply Z.lt_le_incl, IZR_le in L. rewrite <- INR_IZR_INZ in L. pose proof (pos_INR n). unfold gamma. rewrite u_value.
  assert (0 < 1 - INR n * / 16777216) by lra. split; [apply Rmult_le_pos; [lra | left; now apply Rinv_0_lt_compat]|].
  apply Rmult_le_reg_r with (1 - INR n * / 16777216); auto. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
Qed.

(* What the quotient of an exponential and the sum errs by, in fewer terms. *)
Lemma share_error_is_enough k m y : 0 <= k <= m -> m <= / 2 -> 0 <= y ->
  let h := / (1 - m) in
  let q := h * (y * (k + m) + 3 * tau) + bpow radix2 (-22) * (h * (y * (1 + k) + 3 * tau)) + 7 * tau in
  q + bpow radix2 (-22) * (y + q) + tau <= share_error k m y.
Proof.
  intros K M Y h q. pose proof tau_positive as T. unfold share_error, Rdiv. fold h.
  assert (H0 : 0 < h) by (apply Rinv_0_lt_compat; lra). assert (H2 : h <= 2) by (unfold h; replace 2 with (/ / 2) by field; apply Rinv_le_contravar; lra).
  assert (P21 : bpow radix2 (-21) = 2 * bpow radix2 (-22)) by (simpl; lra). assert (P20 : bpow radix2 (-20) = 4 * bpow radix2 (-22)) by (simpl; lra).
  assert (P : 0 < bpow radix2 (-22) <= / 1000) by (simpl; lra). rewrite P21, P20. generalize dependent (bpow radix2 (-22)). intros p q _ _ P.
  assert (HT : h * tau <= 2 * tau) by (apply Rmult_le_compat_r; lra).
  set (r := h * (k + m + 2 * p)). assert (R : r <= 2 * (/ 2 + / 2 + 2 * p)).
  { unfold r. apply Rmult_le_compat; lra. }
  assert (Q : q <= y * r + 14 * tau).
  { unfold q, r. assert (A : h * (y * (p * (1 + k))) <= h * (y * (2 * p))).
    { apply Rmult_le_compat_l; [lra|]. apply Rmult_le_compat_l; auto. rewrite (Rmult_comm 2). apply Rmult_le_compat_l; lra. }
    assert (B : p * (h * (3 * tau)) <= / 1000 * (6 * tau)) by (apply Rmult_le_compat; [lra | apply Rmult_le_pos; lra | lra | lra]). lra. }
  assert (E : y * r <= y * (21 / 10)) by (apply Rmult_le_compat_l; lra).
  assert (F : p * (y + q) <= p * (y * (31 / 10) + 14 * tau)) by (apply Rmult_le_compat_l; lra).
  assert (G : p * (14 * tau) <= / 1000 * (14 * tau)) by (apply Rmult_le_compat_r; lra). assert (V : 0 <= p * y) by (apply Rmult_le_pos; lra).
  assert (Z : y * ((k + m + 2 * p) * h + 4 * p) = y * r + 4 * (p * y)) by (unfold r; ring). lra.
Qed.

(* The rule of softmax, for arguments that err by s or less and have sizes up to z. *)
Theorem softmax_rule s z xs ls x l l' : (Z.of_nat (length xs) < 8388608)%Z -> 0 <= s -> 2 * z < overflow -> Forall2 (bounded_by s z) xs ls ->
  In x xs -> bounded_by s z x l -> softmax_row ls l l' ->
  let k := exponential_error (s + u * (2 * z) + tau) in
  let m := sum_of_shares_error k (length xs) in
  m <= / 2 -> exists y, l' = number_row y /\ within (share_error k m (share_of xs x)) (share_of xs x) y.
Proof.
  intros C1 Ps C2 Bd Ix Bx (ys & es & c & xm & e & t & y & Fy & Ic & Lc & Fe & Mt & Mx & Ee & Qt & ->) k m M1.
  exists y. split; auto. set (d := s + u * (2 * z) + tau) in *. set (n := length xs) in *.
  destruct (gamma_holds _ C1) as [_ Gu]. pose proof (gamma_below_1 _ C1) as G. fold n in G.
  pose proof (bounded_values _ _ _ _ Bd ys Fy) as V. destruct (one_of_them _ _ _ V) as [Vx Vy].
  destruct (Vy c Ic) as (xc & Ixc & Wc & Zc). destruct (within_itself _ _ _ Wc) as [_ Ec]. apply Rabs_le_inv in Ec.
  pose proof u_positive as U. pose proof tau_positive as T. assert (Pz : 0 <= u * (2 * z)) by (pose proof (Rabs_pos c); apply Rmult_le_pos; lra).
  pose proof (pos_INR n) as Pn. assert (D0 : 0 <= d) by (unfold d; lra). pose proof (bpow_gt_0 radix2 (-20)) as P20.
  assert (DD : 0 <= d * d) by nra. assert (D20 : 0 <= bpow radix2 (-20) * (1 + (d + d * d))) by (apply Rmult_le_pos; lra).
  assert (Kd : d <= k) by (unfold k, exponential_error; lra). assert (K0 : 0 <= k) by lra.
  assert (KM : k <= m). { unfold m, sum_of_shares_error. assert (0 <= gamma n * (1 + k)) by (apply Rmult_le_pos; lra). assert (0 <= 18 * INR n * tau) by (apply Rmult_le_pos; lra). lra. }
  assert (D1 : d <= / 2) by lra.
  assert (Above : forall a, In a xs -> shifted c a <= 3).
  { intros a Ia. destruct (Vx a Ia) as (b & Ib & Wb & _). destruct (within_itself _ _ _ Wb) as [_ Eb]. apply Rabs_le_inv in Eb. specialize (Lc b Ib).
    apply shifted_at_most_3. unfold d in D1. lra. }
  assert (B3 : / 3 <= shifted_total c xs).
  { apply Rle_trans with (shifted c xc); [apply shifted_at_least_third; unfold d in D1; lra | now apply shifted_below_total]. }
  pose proof (exponentials_fit s z c xs ys es V Fe Zc ltac:(lra) ltac:(unfold d in D1; lra) Lc) as Fit. cbv zeta in Fit. fold d in Fit. fold k in Fit. fold n in Fit.
  pose proof (sum_is_near _ k n _ B3 K0 G eq_refl) as Near. fold m in Near.
  pose proof (total_at_most c xs Above) as Up. fold n in Up.
  assert (N23 : INR n <= 8388608) by (apply Z.lt_le_incl, IZR_le in C1; now rewrite <- INR_IZR_INZ in C1).
  assert (O : shifted_total c xs + sum_error (shifted_total c xs) (shifted_total c xs * k + INR n * tau) n < overflow).
  { apply Rle_lt_trans with (2 * (3 * 8388608)); [nra | unfold overflow; simpl; lra]. }
  pose proof (made _ _ _ _ _ t Fit Mt Gu O) as Wt. destruct (within_itself _ _ _ Wt) as [_ Et].
  destruct (Bx xm Mx) as [Wx Zx]. destruct (Vx x Ix) as (yx & Iy & Wy & _). destruct (within_itself _ _ _ Wy) as [_ Ey]. apply Rabs_le_inv in Ey. specialize (Lc yx Iy).
  pose proof (exponential_rule s z x c xm e Wx Zx Zc ltac:(lra) ltac:(unfold d in D1; lra) ltac:(unfold d in D1; lra) Ee) as We. fold d in We. fold k in We. fold (shifted c x) in We.
  rewrite (share_again xs x c Ix). pose proof (shifted_below_total c x xs Ix) as Below.
  eapply within_more; [apply (quotient_rule (shifted c x) (shifted_total c xs) k m e t y)|].
  - split; [left; apply exp_pos | now apply Above].
  - exact B3.
  - lra.
  - lra.
  - exact Below.
  - exact We.
  - lra.
  - exact Qt.
  - apply share_error_is_enough; try lra. apply Rmult_le_pos; [left; apply exp_pos | left; apply Rinv_0_lt_compat; lra].
Qed.

Lemma share_row_correct ms xs ls q own s z x l l' : all3 measured ms xs ls -> softmax_errors ms = Some q ->
  holds (largest_of (map snd ms)) s -> holds (largest_of (map size ms)) z -> 0 <= s -> Forall2 (bounded_by s z) xs ls ->
  In x xs -> bounded_by s z x l -> holds own (share_of xs x) -> softmax_row ls l l' -> row_fits (share_row q own) (share_of xs x) l'.
Proof.
  intros A Q Hs Hz Ps Bd Ix Bx Own E. unfold softmax_errors in Q. cbv zeta in Q. destruct (_ && _) eqn:C; [|discriminate]. apply some_is in Q. subst q.
  rewrite !andb_true_iff in C. destruct C as [[C1 C2] C3]. apply Z.ltb_lt in C1. destruct (all3_length _ _ _ A) as [Ln _]. destruct (gamma_holds _ C1) as [Hg _].
  assert (H2 : holds (times (integer 2) (largest_of (map size ms))) (2 * z)) by (apply times_holds; auto; apply integer_holds).
  match type of C3 with is_not_below_zero (minus _ (plus (plus ?K _) _)) = true => set (k_box := K) in * end.
  assert (Hk : holds k_box (exponential_error (s + u * (2 * z) + tau))).
  { assert (Hd : holds (plus (plus (largest_of (map snd ms)) (times u_box (times (integer 2) (largest_of (map size ms))))) tau_box) (s + u * (2 * z) + tau)).
    { apply plus_holds; [apply plus_holds; auto; apply times_holds; auto|]; apply power_holds. }
    apply plus_holds; [apply plus_holds; auto; now apply times_holds|]. apply times_holds; [apply power_holds|]. apply plus_holds; [apply integer_holds|].
    apply plus_holds; auto. now apply times_holds. }
  match type of C3 with is_not_below_zero (minus _ ?M) = true => set (m_box := M) in * end.
  assert (Hm : holds m_box (sum_of_shares_error (exponential_error (s + u * (2 * z) + tau)) (length xs))).
  { rewrite <- Ln. apply plus_holds; [apply plus_holds; auto; apply times_holds; auto; apply plus_holds; auto; apply integer_holds|].
    apply times_holds; [|apply power_holds]. rewrite INR_IZR_INZ, <- mult_IZR. apply integer_holds. }
  pose proof (is_not_below_zero_correct _ _ (minus_holds _ _ _ _ (inverse_holds _ _ (integer_holds 2)) Hm) C3) as M1.
  apply (is_small_correct _ _ H2) in C2. pose proof small_is_below_overflow as So. pose proof (bpow_gt_0 radix2 100) as S100.
  destruct (softmax_rule s z xs ls x l l') as (y & -> & W); auto; [now rewrite <- Ln | lra | lra |].
  eexists _, y. split; [|split; [reflexivity | exact W]]. unfold share_error.
  apply plus_holds; [|apply times_holds; [apply integer_holds | apply power_holds]]. apply times_holds; auto.
  apply plus_holds; [|apply power_holds]. apply over_holds; [|apply minus_holds; auto; apply integer_holds].
  apply plus_holds; [now apply plus_holds | apply power_holds].
Qed.
End Shares.
