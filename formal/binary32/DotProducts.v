(* Sums of products in binary32: in any order, with or without fused multiply-add, subnormal numbers kept or flushed to 0.

   The rule "made": a sum of terms whose exact values sum up to x, their magnitudes to S or less, and which differ from the exact ones by D or
   less together, of which at most n are not 0, is computed with an error of at most D + 2 n tau + gamma(n) (S + D + 2 n tau). *)

From Coq Require Import ZArith Reals List Permutation Lra Lia Psatz.
From Flocq Require Import Core.
From Anylength Require Import Numbers Float32.
Import ListNotations.
Local Open Scope R_scope.

(* What a machine has still to sum: numbers, and products that it has still to round. *)
Inductive term := Number (x : R) | Product (a b : R).

(* An order of summation. *)
Inductive order := Leaf (t : term) | Sum (first second : order) | Fused (a b : R) (rest : order).

Fixpoint terms_of (o : order) : list term :=
  match o with
  | Leaf t => [t]
  | Sum p q => terms_of p ++ terms_of q
  | Fused a b rest => Product a b :: terms_of rest
  end.

(* What a machine may compute in that order. *)
Fixpoint evaluates (o : order) (y : R) : Prop :=
  match o with
  | Leaf (Number x) => flushes x y
  | Leaf (Product a b) => exists a' b', flushes a a' /\ flushes b b' /\ rounds (a' * b') y
  | Sum p q => exists v w, evaluates p v /\ evaluates q w /\ rounds (v + w) y
  | Fused a b rest => exists a' b' v, flushes a a' /\ flushes b b' /\ evaluates rest v /\ rounds (a' * b' + v) y
  end.

(* A machine makes the sum of a list of terms in any order, with zeros wherever it likes. A number alone it only reads. *)
Definition makes (l : list term) (y : R) : Prop :=
  match l with
  | [Number x] => flushes x y
  | _ => exists o zeros, Permutation (terms_of o) (l ++ repeat (Number 0) zeros) /\ evaluates o y
  end.

(* The exact value of a term as the machine reads it. *)
Definition reads (t : term) (v : R) : Prop :=
  match t with
  | Number x => flushes x v
  | Product a b => exists a' b', flushes a a' /\ flushes b b' /\ v = a' * b'
  end.

Definition proper (t : term) : Prop := match t with Number x => is_float32 x | Product _ _ => True end.

(* Sums over terms as read. *)
Fixpoint sum (l : list R) : R := match l with [] => 0 | x :: rest => x + sum rest end.
Definition magnitudes (l : list R) : R := sum (map Rabs l).
Fixpoint others_than_zero (l : list R) : nat :=
  match l with [] => 0%nat | x :: rest => if Req_EM_T x 0 then others_than_zero rest else S (others_than_zero rest) end.

Lemma sum_append a b : sum (a ++ b) = sum a + sum b.
Proof. induction a; simpl; lra. Qed.

Lemma magnitudes_append a b : magnitudes (a ++ b) = magnitudes a + magnitudes b.
Proof. unfold magnitudes. now rewrite map_app, sum_append. Qed.

Lemma others_append a b : others_than_zero (a ++ b) = (others_than_zero a + others_than_zero b)%nat.
Proof. induction a; simpl; auto. destruct Req_EM_T; auto. now rewrite IHa. Qed.

Lemma sum_any_order a b : Permutation a b -> sum a = sum b.
Proof. induction 1; simpl; lra. Qed.

Lemma magnitudes_any_order a b : Permutation a b -> magnitudes a = magnitudes b.
Proof. intros. apply sum_any_order. now apply Permutation_map. Qed.

Lemma others_any_order a b : Permutation a b -> others_than_zero a = others_than_zero b.
Proof. induction 1; simpl; repeat destruct Req_EM_T; congruence. Qed.

Lemma magnitudes_positive l : 0 <= magnitudes l.
Proof. unfold magnitudes. induction l; simpl; [lra|]. pose proof (Rabs_pos a). lra. Qed.

Lemma sum_below_magnitudes l : Rabs (sum l) <= magnitudes l.
Proof.
  unfold magnitudes. induction l as [|x l IH]; simpl; [rewrite Rabs_R0; lra|].
  eapply Rle_trans; [apply Rabs_triang|]. lra.
Qed.

Lemma only_zeros l : others_than_zero l = 0%nat -> sum l = 0 /\ magnitudes l = 0.
Proof.
  unfold magnitudes. induction l as [|x l IH]; simpl; auto. destruct Req_EM_T as [->|]; [|discriminate].
  intros H. destruct (IH H). rewrite Rabs_R0. lra.
Qed.

(* What flushes of n products and n - 1 sums can lose. *)
Definition flushed (n : nat) : R := match n with 0%nat => 0 | S k => (2 * INR k + 1) * tau end.

(* How large the magnitudes may have grown. *)
Definition growth (n : nat) : R := (1 + u) ^ n.
Definition grown (n : nat) (size : R) : R := growth n * (size + flushed n).

Lemma growth_at_least_one n : 1 <= growth n.
Proof. unfold growth. apply pow_R1_Rle. pose proof u_positive. lra. Qed.

Lemma growth_rises n m : (n <= m)%nat -> growth n <= growth m.
Proof. intros. unfold growth. apply Rle_pow; auto. pose proof u_positive. lra. Qed.

Lemma growth_next n : growth (S n) = (1 + u) * growth n.
Proof. reflexivity. Qed.

Lemma flushed_positive n : 0 <= flushed n.
Proof. pose proof tau_positive. destruct n as [|n]; unfold flushed; [lra|]. pose proof (pos_INR n). nra. Qed.

Lemma flushed_sum n m : (0 < n)%nat -> (0 < m)%nat -> flushed n + flushed m + tau = flushed (n + m).
Proof.
  destruct n as [|n], m as [|m]; try lia; intros _ _. rewrite Nat.add_succ_r. unfold flushed. cbn [Nat.add].
  rewrite S_INR, plus_INR. ring.
Qed.

Lemma flushed_next n : flushed n + tau <= flushed (S n).
Proof. pose proof tau_positive. destruct n as [|n]; unfold flushed; [simpl; lra|]. rewrite S_INR. lra. Qed.

Lemma flushed_below n : flushed n <= 2 * INR n * tau.
Proof. pose proof tau_positive. destruct n as [|n]; unfold flushed; [simpl; lra|]. rewrite S_INR. lra. Qed.

Lemma flushed_rises n m : (n <= m)%nat -> flushed n <= flushed m.
Proof.
  induction 1 as [|m L IH]; [lra|]. pose proof (flushed_next m). pose proof tau_positive. lra.
Qed.

Lemma grown_rises n m a b : (n <= m)%nat -> 0 <= a <= b -> grown n a <= grown m b.
Proof.
  intros L [A B]. unfold grown. pose proof (flushed_rises n m L). pose proof (flushed_positive n). pose proof (growth_at_least_one n).
  apply Rmult_le_compat; try lra. now apply growth_rises.
Qed.

Lemma grown_more n size : 0 <= size -> size <= grown n size.
Proof. intros. unfold grown. pose proof (growth_at_least_one n). pose proof (flushed_positive n). nra. Qed.

Lemma grown_sum n m a b : (0 < n)%nat -> (0 < m)%nat -> 0 <= a -> 0 <= b ->
  (1 + u) * (grown n a + grown m b) + tau <= grown (n + m) (a + b).
Proof.
  intros N M A B. unfold grown. rewrite <- flushed_sum by auto.
  pose proof (flushed_positive n). pose proof (flushed_positive m). pose proof tau_positive. pose proof (growth_at_least_one (n + m)).
  assert (Gn : (1 + u) * growth n <= growth (n + m)) by (rewrite <- growth_next; apply growth_rises; lia).
  assert (Gm : (1 + u) * growth m <= growth (n + m)) by (rewrite <- growth_next; apply growth_rises; lia).
  assert ((1 + u) * growth n * (a + flushed n) <= growth (n + m) * (a + flushed n)) by (apply Rmult_le_compat_r; lra).
  assert ((1 + u) * growth m * (b + flushed m) <= growth (n + m) * (b + flushed m)) by (apply Rmult_le_compat_r; lra).
  nra.
Qed.

Lemma grown_fused n a b : 0 <= a -> 0 <= b -> (1 + u) * (a + grown n b) + tau <= grown (S n) (a + b).
Proof.
  intros A B. unfold grown. rewrite growth_next. pose proof u_positive. pose proof tau_positive.
  pose proof (flushed_positive n). pose proof (flushed_next n). pose proof (growth_at_least_one n).
  assert (a <= growth n * a) by nra. assert (1 <= (1 + u) * growth n) by nra.
  assert (tau <= (1 + u) * growth n * tau) by (rewrite <- (Rmult_1_l tau) at 1; apply Rmult_le_compat_r; lra).
  assert ((1 + u) * a <= (1 + u) * (growth n * a)) by (apply Rmult_le_compat_l; lra).
  assert ((1 + u) * growth n * (flushed n + tau) <= (1 + u) * growth n * flushed (S n)) by (apply Rmult_le_compat_l; nra).
  nra.
Qed.

(* What is known of a number y that stands for the sum of l. *)
Definition size_after (l : list R) : R := grown (others_than_zero l) (magnitudes l).
Definition near_sum (l : list R) (y : R) : Prop := is_float32 y /\ Rabs (y - sum l) <= size_after l - magnitudes l.

Lemma near_sum_below l y : near_sum l y -> Rabs y <= size_after l.
Proof.
  intros [_ H]. pose proof (sum_below_magnitudes l). replace y with ((y - sum l) + sum l) by ring.
  eapply Rle_trans; [apply Rabs_triang|]. lra.
Qed.

Lemma near_sum_of_zeros l y : near_sum l y -> others_than_zero l = 0%nat -> y = 0.
Proof.
  intros N Z. apply near_sum_below in N. unfold size_after in N. destruct (only_zeros l Z) as [_ M]. rewrite Z, M in N.
  unfold grown, growth, flushed in N. simpl in N. revert N. unfold Rabs. destruct (Rcase_abs y); lra.
Qed.

Lemma size_of_part a b : size_after a <= size_after (a ++ b) /\ size_after b <= size_after (a ++ b).
Proof.
  unfold size_after. rewrite magnitudes_append, others_append. pose proof (magnitudes_positive a). pose proof (magnitudes_positive b).
  split; apply grown_rises; try lia; lra.
Qed.

(* The sum of two parts. *)
Lemma near_sum_of_two a b v w y : near_sum a v -> near_sum b w -> size_after (a ++ b) < overflow -> rounds (v + w) y ->
  (forall z, flushes w z -> near_sum b z) -> (forall z, flushes v z -> near_sum a z) -> near_sum (a ++ b) y.
Proof.
  intros NA NB L H FB FA.
  destruct (Nat.eq_dec (others_than_zero a) 0) as [ZA|ZA].
  { rewrite (near_sum_of_zeros a v NA ZA), Rplus_0_l in H. destruct (only_zeros a ZA) as [SA MA].
    assert (E : size_after (a ++ b) = size_after b) by (unfold size_after; now rewrite magnitudes_append, others_append, ZA, MA, Rplus_0_l).
    apply rounds_float32 in H; [|apply NB|pose proof (near_sum_below b w NB); lra].
    destruct (FB y H) as [F D]. split; auto. rewrite E, sum_append, magnitudes_append, SA, MA. rewrite !Rplus_0_l. exact D. }
  destruct (Nat.eq_dec (others_than_zero b) 0) as [ZB|ZB].
  { rewrite (near_sum_of_zeros b w NB ZB), Rplus_0_r in H. destruct (only_zeros b ZB) as [SB MB].
    assert (E : size_after (a ++ b) = size_after a) by (unfold size_after; now rewrite magnitudes_append, others_append, ZB, MB, Rplus_0_r, Nat.add_0_r).
    apply rounds_float32 in H; [|apply NA|pose proof (near_sum_below a v NA); lra].
    destruct (FA y H) as [F D]. split; auto. rewrite E, sum_append, magnitudes_append, SB, MB. rewrite !Rplus_0_r. exact D. }
  pose proof (grown_sum (others_than_zero a) (others_than_zero b) (magnitudes a) (magnitudes b) ltac:(lia) ltac:(lia)
                (magnitudes_positive a) (magnitudes_positive b)) as G.
  rewrite <- others_append, <- magnitudes_append in G. fold (size_after a) (size_after b) (size_after (a ++ b)) in G.
  pose proof (near_sum_below a v NA). pose proof (near_sum_below b w NB). pose proof (Rabs_triang v w). pose proof u_positive. pose proof tau_positive.
  pose proof (grown_more (others_than_zero a) (magnitudes a) (magnitudes_positive a)).
  pose proof (grown_more (others_than_zero b) (magnitudes b) (magnitudes_positive b)).
  pose proof (magnitudes_positive a). pose proof (magnitudes_positive b). fold (size_after a) in *. fold (size_after b) in *.
  assert (S : Rabs (v + w) <= size_after a + size_after b) by lra.
  assert (O : Rabs (v + w) < overflow) by nra.
  split; [now apply rounds_is_float32 with (v + w)|].
  pose proof (rounds_error _ _ H O) as R. destruct NA as [_ DA], NB as [_ DB]. rewrite sum_append, magnitudes_append in *.
  replace (y - (sum a + sum b)) with ((y - (v + w)) + ((v - sum a) + (w - sum b))) by ring.
  eapply Rle_trans; [apply Rabs_triang|]. pose proof (Rabs_triang (v - sum a) (w - sum b)).
  assert (u * Rabs (v + w) <= u * (size_after a + size_after b)) by (apply Rmult_le_compat_l; lra). lra.
Qed.

(* A product that is added without being rounded. *)
Lemma near_sum_fused p b w y : near_sum b w -> size_after (p :: b) < overflow -> rounds (p + w) y ->
  (forall z, flushes w z -> near_sum b z) -> near_sum (p :: b) y.
Proof.
  intros NB L H FB. unfold size_after in L. simpl in L. unfold near_sum, size_after. simpl. destruct (Req_EM_T p 0) as [->|P].
  { rewrite Rplus_0_l in H. assert (E : magnitudes (0 :: b) = magnitudes b) by (unfold magnitudes; simpl; rewrite Rabs_R0; lra).
    rewrite E in *. fold (size_after b) in *. apply rounds_float32 in H; [|apply NB|pose proof (near_sum_below b w NB); lra].
    rewrite Rplus_0_l. exact (FB y H). }
  assert (E : magnitudes (p :: b) = Rabs p + magnitudes b) by reflexivity. rewrite E in *.
  pose proof (grown_fused (others_than_zero b) (Rabs p) (magnitudes b) (Rabs_pos p) (magnitudes_positive b)) as G. fold (size_after b) in G.
  pose proof (near_sum_below b w NB). pose proof (Rabs_triang p w). pose proof u_positive. pose proof tau_positive. pose proof (Rabs_pos p).
  pose proof (grown_more (others_than_zero b) (magnitudes b) (magnitudes_positive b)). pose proof (magnitudes_positive b). fold (size_after b) in *.
  assert (S : Rabs (p + w) <= Rabs p + size_after b) by lra. assert (O : Rabs (p + w) < overflow) by nra.
  split; [now apply rounds_is_float32 with (p + w)|]. pose proof (rounds_error _ _ H O) as R. destruct NB as [_ DB].
  replace (y - (p + sum b)) with ((y - (p + w)) + (w - sum b)) by ring. eapply Rle_trans; [apply Rabs_triang|].
  assert (u * Rabs (p + w) <= u * (Rabs p + size_after b)) by (apply Rmult_le_compat_l; lra). lra.
Qed.

(* So is what a later flush leaves of it. *)
Definition stays_near (l : list R) (y : R) : Prop := forall z, flushes y z -> near_sum l z.

Lemma nothing_near : stays_near [] 0.
Proof.
  intros z F. apply flushes_zero in F. subst. split; [apply zero_is_float32|]. simpl. rewrite Rminus_diag, Rabs_R0.
  unfold size_after, grown, growth, magnitudes. simpl. lra.
Qed.

Lemma number_near x : is_float32 x -> stays_near [x] x.
Proof.
  intros F z Z. split; [now apply flushes_is_float32 with x|]. unfold size_after, grown, growth, magnitudes. simpl. rewrite !Rplus_0_r.
  pose proof (flushes_error x z Z). pose proof u_positive. pose proof tau_positive. pose proof (Rabs_pos x).
  destruct Req_EM_T as [->|N]; simpl.
  - apply flushes_zero in Z. subst. rewrite Rminus_diag, Rabs_R0. lra.
  - nra.
Qed.

(* In every order the result is near the sum of the terms as the machine reads them. *)
Lemma evaluates_near o : Forall proper (terms_of o) -> forall y, evaluates o y ->
  exists l, Forall2 reads (terms_of o) l /\ (size_after l < overflow -> stays_near l y).
Proof.
  induction o as [[x|a b]|p IHp q IHq|a b rest IH]; simpl; intros P y E.
  - exists [y]. split; [constructor; auto|]. intros _. inversion P; subst. apply number_near. now apply flushes_is_float32 with x.
  - destruct E as (a' & b' & A & B & H). exists [a' * b']. split.
    + constructor; auto. now exists a', b'.
    + intros L z Z. apply near_sum_fused with 0; auto using nothing_near, flushes_same.
      rewrite Rplus_0_r. now apply rounds_flushes with y.
  - destruct E as (v & w & V & W & H). apply Forall_app in P. destruct P as [P Q].
    destruct (IHp P v V) as (l & Rl & Nl). destruct (IHq Q w W) as (m & Rm & Nm). exists (l ++ m). split; [now apply Forall2_app|].
    intros L z Z. destruct (size_of_part l m) as [Ll Lm]. specialize (Nl ltac:(lra)). specialize (Nm ltac:(lra)).
    apply near_sum_of_two with v w; auto using flushes_same. now apply rounds_flushes with y.
  - destruct E as (a' & b' & v & A & B & V & H). inversion P; subst. destruct (IH H3 v V) as (l & Rl & Nl).
    exists (a' * b' :: l). split.
    + constructor; auto. now exists a', b'.
    + intros L z Z. destruct (size_of_part [a' * b'] l) as [_ Ll]. specialize (Nl ltac:(simpl in *; lra)).
      apply near_sum_fused with v; auto using flushes_same. now apply rounds_flushes with y.
Qed.

Lemma zeros_read n l : Forall2 reads (repeat (Number 0) n) l -> sum l = 0 /\ magnitudes l = 0 /\ others_than_zero l = 0%nat.
Proof.
  revert l; induction n as [|n IH]; intros l F; inversion F as [|t v ts l' V F']; subst; [now unfold magnitudes|].
  simpl in V. apply flushes_zero in V. subst. destruct (IH l' F') as (A & B & C). unfold magnitudes in *. simpl. rewrite Rabs_R0.
  destruct (Req_EM_T 0 0); [|lra]. repeat split; auto; lra.
Qed.

(* The theorem on sums, in terms of what the machine has read. *)
Lemma sum_near ts y : Forall proper ts -> (exists o zeros, Permutation (terms_of o) (ts ++ repeat (Number 0) zeros) /\ evaluates o y) ->
  exists l, Forall2 reads ts l /\ (size_after l < overflow -> stays_near l y).
Proof.
  intros P (o & zeros & Q & E).
  assert (P' : Forall proper (terms_of o)).
  { eapply Permutation_Forall; [apply Permutation_sym, Q|]. apply Forall_app. split; auto.
    apply Forall_forall. intros t H. apply repeat_spec in H. subst. apply zero_is_float32. }
  destruct (evaluates_near o P' y E) as (l & F & N).
  destruct (Permutation_Forall2 Q F) as (l' & Q' & F'). apply Forall2_app_inv_l in F'. destruct F' as (m & z & Fm & Fz & ->).
  exists m. split; auto. destruct (zeros_read zeros z Fz) as (S & M & O).
  assert (E1 : magnitudes l = magnitudes m) by (rewrite (magnitudes_any_order _ _ Q'), magnitudes_append; lra).
  assert (E2 : others_than_zero l = others_than_zero m) by (rewrite (others_any_order _ _ Q'), others_append; lia).
  assert (E3 : sum l = sum m) by (rewrite (sum_any_order _ _ Q'), sum_append; lra).
  intros L x X. unfold stays_near, near_sum, size_after in *. rewrite E1, E2, E3 in N. exact (N L x X).
Qed.

Theorem makes_near ts y : Forall proper ts -> makes ts y ->
  exists l, Forall2 reads ts l /\ (size_after l < overflow -> stays_near l y).
Proof.
  intros P M. destruct ts as [|[x|a b] [|t ts]]; try now apply sum_near.
  exists [y]. split; [constructor; auto|]. intros _. inversion P; subst. apply number_near. now apply flushes_is_float32 with x.
Qed.

(* A list of terms stands for x: the exact terms have magnitudes of up to S together, the machine's differ from them by up to D together,
   however they are read, and n of them or fewer are not 0 for sure. *)
Inductive fits : list term -> R -> R -> R -> nat -> Prop :=
  | no_term S D n : 0 <= S -> 0 <= D -> fits [] 0 S D n
  | zero_term t l x S D n : (forall v, reads t v -> v = 0) -> proper t -> fits l x S D n -> fits (t :: l) x S D n
  | one_term t l e s d x S D n : proper t -> Rabs e <= s -> (forall v, reads t v -> Rabs (v - e) <= d) -> fits l x S D n ->
      fits (t :: l) (e + x) (s + S) (d + D) (Datatypes.S n).

Lemma some_reading t : exists v, reads t v.
Proof. destruct t as [x|a b]; [exists x | exists (a * b), a, b]; simpl; auto using flushes_same. Qed.

Lemma fits_positive l x S D n : fits l x S D n -> 0 <= S /\ 0 <= D /\ Rabs x <= S.
Proof.
  induction 1 as [S D n A B| |t l e s d x S D n P E R F (A & B & C)]; auto; [rewrite Rabs_R0; lra|].
  destruct (some_reading t) as [v V]. specialize (R v V). pose proof (Rabs_pos (v - e)). pose proof (Rabs_pos e).
  pose proof (Rabs_triang e x). lra.
Qed.

Lemma fits_proper l x S D n : fits l x S D n -> Forall proper l.
Proof. induction 1; auto. Qed.

Lemma fits_more l x S D n : fits l x S D n -> forall S' D' n', S <= S' -> D <= D' -> (n <= n')%nat -> fits l x S' D' n'.
Proof.
  induction 1 as [S D n A B|t l x S D n R P F IH|t l e s d x S D n P E R F IH]; intros S' D' n' LS LD Ln.
  - constructor; lra.
  - constructor; auto.
  - destruct n' as [|n']; [lia|]. replace S' with (s + (S' - s)) by ring. replace D' with (d + (D' - d)) by ring.
    apply one_term; auto. apply IH; lra || lia.
Qed.

Lemma fits_both a x S D n : fits a x S D n -> forall b y S' D' m, fits b y S' D' m -> fits (a ++ b) (x + y) (S + S') (D + D') (n + m).
Proof.
  induction 1 as [S D n A B|t l x S D n R P F IH|t l e s d x S D n P E R F IH]; intros b y S' D' m G; simpl.
  - rewrite Rplus_0_l. apply fits_more with S' D' m; auto; lra || lia.
  - constructor; auto.
  - rewrite !Rplus_assoc. apply one_term; auto.
Qed.

Lemma fits_read l x S D n : fits l x S D n -> forall vs, Forall2 reads l vs ->
  Rabs (sum vs - x) <= D /\ magnitudes vs <= S + D /\ (others_than_zero vs <= n)%nat.
Proof.
  unfold magnitudes. induction 1 as [S D n A B|t l x S D n R P F IH|t l e s d x S D n P E R F IH]; intros vs V; inversion V; subst; simpl.
  - rewrite Rminus_diag, Rabs_R0. repeat split; lra || lia.
  - specialize (R y H1). subst. destruct (IH l' H3) as (A & B & C). rewrite Rabs_R0. destruct Req_EM_T; [|lra].
    rewrite !Rplus_0_l. auto.
  - specialize (R y H1). destruct (IH l' H3) as (A & B & C). repeat split.
    + replace (y + sum l' - (e + x)) with ((y - e) + (sum l' - x)) by ring. eapply Rle_trans; [apply Rabs_triang|]. lra.
    + pose proof (Rabs_triang (y - e) e). replace (y - e + e) with y in * by ring. lra.
    + destruct Req_EM_T; lia.
Qed.

(* gamma (k) = k u / (1 - k u). *)
Definition gamma (k : nat) : R := INR k * u / (1 - INR k * u).

Lemma growth_below_gamma k : INR k * u < 1 -> growth k <= 1 + gamma k.
Proof.
  intros L. assert (G : growth k * (1 - INR k * u) <= 1).
  { clear L. pose proof u_positive. induction k as [|k IH]; [unfold growth; simpl; lra|]. rewrite growth_next, S_INR.
    pose proof (growth_at_least_one k). pose proof (pos_INR k). assert (0 <= growth k * u * u) by (repeat apply Rmult_le_pos; lra).
    assert (0 <= growth k * u * u * INR k) by (apply Rmult_le_pos; lra). nra. }
  replace (1 + gamma k) with (/ (1 - INR k * u)) by (unfold gamma; field; lra).
  apply Rmult_le_reg_r with (1 - INR k * u); [lra|]. rewrite Rinv_l by lra. exact G.
Qed.

Definition sum_error (S D : R) (n : nat) : R := (D + 2 * INR n * tau) + gamma n * (S + (D + 2 * INR n * tau)).

(* What is known of a number that a machine has made of the exact x. *)
Definition within (D x y : R) : Prop := forall z, flushes y z -> is_float32 z /\ Rabs (z - x) <= D.

(* The rule "made". *)
Theorem made l x S D n y : fits l x S D n -> makes l y -> INR n * u < 1 -> S + sum_error S D n < overflow -> within (sum_error S D n) x y.
Proof.
  intros F M N O. destruct (makes_near l y (fits_proper _ _ _ _ _ F) M) as (vs & V & H).
  destruct (fits_read _ _ _ _ _ F vs V) as (A & B & C). destruct (fits_positive _ _ _ _ _ F) as (PS & PD & PX).
  assert (L : size_after vs <= S + sum_error S D n).
  { unfold size_after. eapply Rle_trans; [apply grown_rises with (m := n) (b := S + D); auto; pose proof (magnitudes_positive vs); lra|].
    unfold grown, sum_error. pose proof (growth_below_gamma n N). pose proof (flushed_below n). pose proof (flushed_positive n).
    pose proof (growth_at_least_one n).
    apply Rle_trans with ((1 + gamma n) * (S + D + 2 * INR n * tau)); [apply Rmult_le_compat; lra | right; ring]. }
  intros z Z. destruct (H ltac:(lra) z Z) as [G E]. split; auto.
  assert (M' : size_after vs - magnitudes vs <= sum_error S D n - D).
  { unfold size_after in *. pose proof (magnitudes_positive vs). pose proof (growth_below_gamma n N). pose proof (flushed_below n).
    pose proof (flushed_positive n). pose proof (growth_at_least_one n). pose proof (growth_at_least_one (others_than_zero vs)).
    apply Rle_trans with (grown n (magnitudes vs) - magnitudes vs).
    - apply Rplus_le_compat_r. apply grown_rises; auto; lra.
    - unfold grown, sum_error. assert (growth n * flushed n <= (1 + gamma n) * (2 * INR n * tau)) by (apply Rmult_le_compat; lra).
      assert ((growth n - 1) * magnitudes vs <= gamma n * (S + D)) by (apply Rmult_le_compat; lra). lra. }
  replace (z - x) with ((z - sum vs) + (sum vs - x)) by ring. eapply Rle_trans; [apply Rabs_triang|]. lra.
Qed.
