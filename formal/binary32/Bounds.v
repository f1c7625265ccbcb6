(* The bound on the errors of a whole step program in binary32: if it succeeds, all that a machine may compute is within it. *)

From Coq Require Import ZArith Reals List Bool Arith Lra Lia.
From Flocq Require Import Core.
From Interval Require Import Float.Sig Interval.Interval Interval.Float_full Real.Xreal.
From Anylength Require Import Numbers Program Agreement Intervals Net Certificate Regions Float32 DotProducts Functions32 Storage Machine32 Quotients32 Lerp32 Triples Errors.
Import ListNotations.

Definition bind {A B : Type} (x : option A) (f : A -> option B) : option B := match x with Some a => f a | None => None end.

Lemma bind_some {A B : Type} (x : option A) (f : A -> option B) b : bind x f = Some b -> exists a, x = Some a /\ f a = Some b.
Proof. destruct x as [a|]; simpl; [eauto | discriminate]. Qed.

Lemma some_is {A : Type} (a b : A) : Some a = Some b -> a = b.
Proof. congruence. Qed.

Module Bounds (F : FloatOps with Definition sensible_format := true) (R : RegionsOf F).
Import R.
Module Export Error := Errors F R.
Local Open Scope R_scope.

(* A row with its range. *)
Notation ranged_row := (I.type * row)%type.
Definition ranged (p : ranged_row) (x : R) (l : list term) : Prop := holds (fst p) x /\ row_fits (snd p) x l.
Definition measure_of (p : ranged_row) : option measure := measure_row (fst p) (snd p).

Lemma measure_of_correct p m x l : ranged p x l -> measure_of p = Some m -> measured m x l.
Proof. intros [X Fit]. now apply measure_row_correct. Qed.

(* add and subtract: the terms of both are still to be summed. *)
Definition pending (p : ranged_row) : I.type * I.type * nat :=
  match snd p with
  | Made D => (I.abs (fst p), D, 1%nat)
  | Pending M D n => (M, D, n)
  end.

Definition added (p q : ranged_row) : row :=
  let '(M, D, n) := pending p in
  let '(M', D', n') := pending q in
  Pending (plus M M') (plus D D') (n + n').

Definition pends (q : I.type * I.type * nat) (x : R) (l : list term) : Prop :=
  exists s d, holds (fst (fst q)) s /\ holds (snd (fst q)) d /\ fits l x s d (snd q).

Lemma pending_correct p x l : ranged p x l -> pends (pending p) x l.
Proof.
  intros [X Fit]. unfold pending, pends. destruct (snd p) as [D|M D n]; [|exact Fit]. destruct Fit as (d & y & HD & -> & W).
  exists (Rabs x), d. split; [now apply absolute_holds|]. split; auto. apply fits_alone; [apply (within_itself _ _ _ W) | lra|].
  intros v V. apply (W v V).
Qed.

Lemma opposite_term_correct l x s d n : fits l x s d n -> fits (map opposite_term l) (- x) s d n.
Proof.
  assert (back : forall t v, reads (opposite_term t) v -> reads t (- v)).
  { intros [y|a b] v; simpl; [apply opposite_flushes|]. intros (a' & b' & A & B & ->). exists (- a'), b'. apply opposite_flushes in A.
    repeat split; auto. ring. }
  assert (right_ : forall t, proper t -> proper (opposite_term t)) by (intros [y|a b]; simpl; auto using opposite_is_float32).
  induction 1 as [S D n A B|t l x S D n R P Fit IH|t l e s d x S D n P E R Fit IH]; simpl.
  - rewrite Ropp_0. now constructor.
  - constructor; auto. intros v V. apply back, R in V. lra.
  - rewrite Ropp_plus_distr. apply one_term; auto; [now rewrite Rabs_Ropp|]. intros v V. apply back, R in V.
    rewrite <- Rabs_Ropp. now replace (- (v - - e)) with (- v - e) by ring.
Qed.

Lemma added_correct p q x y l m : ranged p x l -> ranged q y m ->
  row_fits (added p q) (x + y) (l ++ m) /\ row_fits (added p q) (x - y) (l ++ map opposite_term m).
Proof.
  intros P Q. apply pending_correct in P, Q. unfold added. destruct (pending p) as [[M D] n], (pending q) as [[M' D'] n'].
  destruct P as (s & d & S & HD & P), Q as (s' & d' & S' & HD' & Q). simpl in *.
  split; exists (s + s'), (d + d'); repeat split; try (now apply plus_holds); [now apply fits_both|].
  apply fits_both; auto. now apply opposite_term_correct.
Qed.

Definition binary_row (f : binary) (p : ranged_row * ranged_row) : option row :=
  match f with
  | Add | Subtract => Some (added (fst p) (snd p))
  | Multiply => bind (measure_of (fst p)) (fun a => bind (measure_of (snd p)) (fun b => Some (product_row a b)))
  | Maximum | Minimum => bind (measure_of (fst p)) (fun a => bind (measure_of (snd p)) (fun b => Some (Made (larger (snd a) (snd b)))))
  end.

Lemma binary_row_correct f p r x l l' : pair3 ranged ranged p x l -> binary32 f l l' -> binary_row f p = Some r ->
  row_fits r (real_binary f (fst x) (snd x)) l'.
Proof.
  intros [P Q]. destruct f; simpl; intros E H.
  - inversion H; subst. now apply added_correct.
  - inversion H; subst. now apply added_correct.
  - destruct E as (A & B & MA & MB & ->). apply bind_some in H. destruct H as (a & Ea & H). apply bind_some in H. destruct H as (b & Eb & H).
    inversion H; subst. eapply product_row_correct; eauto using measure_of_correct.
  - destruct E as (A & B & MA & MB & ->). apply bind_some in H. destruct H as (a & Ea & H). apply bind_some in H. destruct H as (b & Eb & H).
    inversion H; subst. destruct (measure_of_correct _ _ _ _ P Ea) as (_ & d & D & _ & W), (measure_of_correct _ _ _ _ Q Eb) as (_ & e & E & _ & V).
    exists (Rmax d e), (Rmax A B). split; [now apply larger_holds|]. split; auto. apply larger_rule; auto.
  - destruct E as (A & B & MA & MB & ->). apply bind_some in H. destruct H as (a & Ea & H). apply bind_some in H. destruct H as (b & Eb & H).
    inversion H; subst. destruct (measure_of_correct _ _ _ _ P Ea) as (_ & d & D & _ & W), (measure_of_correct _ _ _ _ Q Eb) as (_ & e & E & _ & V).
    exists (Rmax d e), (Rmin A B). split; [now apply larger_holds|]. split; auto. apply smaller_rule; auto.
Qed.

(* Functions. *)
Definition unary_row (f : unary) (m : measure) : option row :=
  let D := snd m in
  match f with
  | Tanh => Some (Made (plus (plus (times (integer 1) D) function_error) tau_box))
  | Sigmoid => Some (Made (plus (plus (times (inverse (integer 4)) D) (point (1, -21)%Z)) tau_box))
  | Softplus => Some (Made (plus (plus (times (integer 1) D) (times function_error (plus (integer 1) (size m)))) tau_box))
  | Silu => Some (Made (plus (plus (times (over (integer 11) (integer 10)) D) (times function_error (size m))) tau_box))
  | Gelu => Some (Made (plus (plus (times (over (integer 113) (integer 100)) D) (times function_error (size m))) tau_box))
  | Relu | Absolute => Some (Made D)
  | Square => Some (product_row m m)
  | Exp =>
      let y := exponential (fst m) in
      let g := plus D (times D D) in
      let bound := times y (plus (integer 1) g) in
      if is_not_below_zero (minus (integer 1) D) && is_small bound
      then Some (Made (plus (plus (times y g) (times function_error bound)) tau_box)) else None
  | Reciprocal =>
      let l := I.abs (fst m) in
      let least := minus l D in
      if is_above_zero least && is_small (inverse least)
      then Some (Made (plus (plus (over D (times l least)) (times (point (1, -22)%Z) (inverse least))) tau_box)) else None
  | Rsqrt =>
      let y := inverse (root (fst m)) in
      if is_above_zero (fst m) && is_not_below_zero (minus (fst m) (times (integer 4) D))
      then Some (Made (plus (plus (times y (over D (fst m))) (times (point (1, -19)%Z) y)) tau_box)) else None
  end.

Lemma near_more e e' x y : near e x y -> e <= e' -> near e' x y.
Proof. intros N L. apply within_more with (1 := N). lra. Qed.

Lemma unary_row_correct f m r x l l' : measured m x l -> unary32 f l l' -> unary_row f m = Some r -> row_fits r (real_unary f x) l'.
Proof.
  intros M E H. pose proof M as (X & d & HD & P & W). destruct (measured_size _ _ _ M) as (s & d' & HS & HD' & _ & Lx & WS).
  destruct f; cbn [unary32 function32 unary_row real_unary] in *; cbv zeta in H;
    try (destruct (_ && _) eqn:C in H; [apply andb_true_iff in C|discriminate]); apply some_is in H; subst r.
  - destruct E as (A & y & MA & N & ->). exists (1 * d + bpow radix2 (-20) + tau), y. split; [|split; auto].
    + apply plus_holds; [|apply power_holds]. apply plus_holds; [|apply power_holds]. apply times_holds; auto. apply integer_holds.
    + apply near_after_slope with A; auto; [lra | apply slope_of_tanh].
  - destruct E as (A & y & MA & N & ->). exists (/ 4 * d + bpow radix2 (-21) + tau), y. split; [|split; auto].
    + apply plus_holds; [|apply power_holds]. apply plus_holds; [|apply power_holds]. apply times_holds; auto. apply inverse_holds, integer_holds.
    + apply near_after_slope with A; auto; [lra | apply slope_of_sigmoid].
  - destruct E as (A & y & MA & -> & ->). exists d, (Rmax 0 A). split; auto. split; auto. apply relu_rule; auto.
  - destruct E as (A & y & MA & N & ->). destruct C as [C1 C2].
    assert (B : holds (times (exponential (fst m)) (plus (integer 1) (plus (snd m) (times (snd m) (snd m))))) (exp x * (1 + (d + d * d)))).
    { apply times_holds; [now apply exponential_holds|]. apply plus_holds; [apply integer_holds|]. apply plus_holds; auto. now apply times_holds. }
    exists (exp x * (d + d * d) + bpow radix2 (-20) * (exp x * (1 + (d + d * d))) + tau), y. split; [|split; auto].
    + apply plus_holds; [|apply power_holds]. apply plus_holds; [|apply times_holds; auto; apply power_holds].
      apply times_holds; [now apply exponential_holds|]. apply plus_holds; auto. now apply times_holds.
    + pose proof (is_not_below_zero_correct _ _ (minus_holds _ _ _ _ (integer_holds 1) HD) C1).
      apply (is_small_correct _ _ B) in C2. pose proof small_is_below_overflow. pose proof (bpow_gt_0 radix2 100).
      apply exp_rule with A; auto; lra.
  - destruct E as (A & y & MA & -> & ->). exists d, (Rabs A). split; auto. split; auto. apply absolute_rule; auto.
  - destruct E as (A & A' & MA & MA' & ->). eapply product_row_correct; eauto.
  - destruct E as (A & y & MA & N & ->). destruct C as [C1 C2].
    assert (L : holds (minus (I.abs (fst m)) (snd m)) (Rabs x - d)) by (apply minus_holds; auto; now apply absolute_holds).
    pose proof (is_above_zero_correct _ _ L C1) as P0. apply (is_small_correct _ _ (inverse_holds _ _ L)) in C2.
    exists (d / (Rabs x * (Rabs x - d)) + bpow radix2 (-22) * / (Rabs x - d) + tau), y. split; [|split; auto].
    + apply plus_holds; [|apply power_holds]. apply plus_holds; [apply over_holds; auto; apply times_holds; auto; now apply absolute_holds|].
      apply times_holds; [apply power_holds | now apply inverse_holds].
    + pose proof small_is_below_overflow. pose proof (bpow_gt_0 radix2 100). apply reciprocal_rule with A; auto. lra.
  - destruct E as (A & y & MA & N & ->). destruct C as [C1 C2]. pose proof (is_above_zero_correct _ _ X C1) as P0.
    pose proof (is_not_below_zero_correct _ _ (minus_holds _ _ _ _ X (times_holds _ _ _ _ (integer_holds 4) HD)) C2) as P4.
    assert (Y : holds (inverse (root (fst m))) (/ sqrt x)) by now apply inverse_holds, root_holds.
    exists (/ sqrt x * (d / x) + bpow radix2 (-19) * / sqrt x + tau), y. split; [|split; auto].
    + apply plus_holds; [|apply power_holds]. apply plus_holds; apply times_holds; auto; [now apply over_holds | apply power_holds].
    + apply rsqrt_rule with A; auto. lra.
  - destruct E as (A & y & MA & N & ->). destruct (WS A MA) as [WA SA].
    exists (1 * d' + bpow radix2 (-20) * (1 + s) + tau), y. split; [|split; auto].
    + apply plus_holds; [|apply power_holds]. apply plus_holds; [apply times_holds; auto; apply integer_holds|].
      apply times_holds; [apply power_holds|]. apply plus_holds; auto. apply integer_holds.
    + apply (near_after_slope 1 (fun x => ln (1 + exp x))) with A; auto; [lra | apply slope_of_softplus|].
      eapply near_more; [exact N|]. specialize (SA A (flushes_same A)). pose proof (bpow_gt_0 radix2 (-20)). nra.
  - destruct E as (A & y & MA & N & ->). destruct (WS A MA) as [WA SA].
    exists (11 / 10 * d' + bpow radix2 (-20) * s + tau), y. split; [|split; auto].
    + apply plus_holds; [|apply power_holds]. apply plus_holds; [apply times_holds; auto; apply over_holds; apply integer_holds|].
      apply times_holds; auto. apply power_holds.
    + apply (near_after_slope (11 / 10) (fun x => x * sigmoid x)) with A; auto; [lra | apply slope_of_silu|].
      eapply near_more; [exact N|]. specialize (SA A (flushes_same A)). pose proof (bpow_gt_0 radix2 (-20)). nra.
  - destruct E as (A & y & MA & N & ->). destruct (WS A MA) as [WA SA].
    exists (113 / 100 * d' + bpow radix2 (-20) * s + tau), y. split; [|split; auto].
    + apply plus_holds; [|apply power_holds]. apply plus_holds; [apply times_holds; auto; apply over_holds; apply integer_holds|].
      apply times_holds; auto. apply power_holds.
    + apply (near_after_slope (113 / 100) (fun x => x * normal_distribution x)) with A; auto; [lra | apply slope_of_gelu|].
      eapply near_more; [exact N|]. specialize (SA A (flushes_same A)). pose proof (bpow_gt_0 radix2 (-20)). nra.
Qed.

Definition lerp_row_bound (p : ranged_row * (ranged_row * ranged_row)) : option row :=
  bind (measure_of (fst p)) (fun z => bind (measure_of (fst (snd p))) (fun a => bind (measure_of (snd (snd p))) (fun b =>
    let both := plus (size a) (size b) in
    let f := plus (integer 1) (snd z) in
    if is_not_below_zero (fst z) && is_not_below_zero (minus (integer 1) (fst z)) && is_small (times (integer 3) (times f (plus both (integer 1))))
    then Some (Made (plus (plus (interval_lerp (fst z) (snd a) (snd b)) (times (snd z) both))
                          (times f (plus (times (times (integer 7) u_box) both) (times (integer 16) tau_box)))))
    else None))).

Lemma lerp_row_correct p r x l l' : pair3 ranged (pair3 ranged ranged) p x l -> lerp_row l l' -> lerp_row_bound p = Some r ->
  row_fits r ((1 - fst x) * fst (snd x) + fst x * snd (snd x)) l'.
Proof.
  intros [P [Q T]] (Z & A & B & y & MZ & MA & MB & L & ->) H.
  apply bind_some in H. destruct H as (z & Ez & H). apply bind_some in H. destruct H as (a & Ea & H). apply bind_some in H. destruct H as (b & Eb & H).
  cbv zeta in H. destruct (_ && _) eqn:C; [|discriminate]. apply some_is in H. subst r. rewrite !andb_true_iff in C. destruct C as [[C1 C2] C3].
  pose proof (measure_of_correct _ _ _ _ P Ez) as (X & dz & Dz & Pz & Wz).
  destruct (measured_size _ _ _ (measure_of_correct _ _ _ _ Q Ea)) as (sa & da & Sa & Da & Pa & _ & Wa).
  destruct (measured_size _ _ _ (measure_of_correct _ _ _ _ T Eb)) as (sb & db & Sb & Db & Pb & _ & Wb).
  destruct (Wa A MA) as [WA SA], (Wb B MB) as [WB SB].
  pose proof (is_not_below_zero_correct _ _ X C1) as Z0. pose proof (is_not_below_zero_correct _ _ (minus_holds _ _ _ _ (integer_holds 1) X) C2) as Z1.
  assert (O : holds (times (integer 3) (times (plus (integer 1) (snd z)) (plus (plus (size a) (size b)) (integer 1)))) (3 * ((1 + dz) * (sa + sb + 1)))).
  { repeat first [apply times_holds | apply plus_holds | apply integer_holds]; auto. }
  apply (is_small_correct _ _ O) in C3. pose proof small_is_below_overflow. pose proof (bpow_gt_0 radix2 100).
  exists ((((1 - fst x) * da + fst x * db) + dz * (sa + sb)) + (1 + dz) * (7 * u * (sa + sb) + 16 * tau)), y. split; [|split; auto].
  - apply plus_holds; [apply plus_holds; [now apply interval_lerp_holds|]; apply times_holds; auto; now apply plus_holds|].
    apply times_holds; [apply plus_holds; auto; apply integer_holds|].
    apply plus_holds; apply times_holds; try apply integer_holds; try apply power_holds; [|now apply plus_holds].
    apply times_holds; [apply integer_holds | apply power_holds].
  - apply lerp_rule with (Z := Z) (A := A) (B := B); auto using flushes_same; lra.
Qed.

(* A row of matmul, without the products with a sure 0: a weight of 0, or a number whose size is 0. *)
Definition is_nothing (m : measure) : bool := I.subset (size m) zero_box.

Lemma is_nothing_correct m x l y : measured m x l -> is_nothing m = true -> makes l y -> x = 0 /\ forall z, flushes y z -> z = 0.
Proof.
  intros M H My. destruct (measured_size _ _ _ M) as (s & d & S & _ & _ & L & W). destruct (W y My) as [_ B].
  assert (E : s = 0) by (apply only_zero; exact (I.subset_correct (size m) zero_box _ S H)).
  assert (zero_only : forall v, Rabs v <= s -> v = 0) by (intros v; rewrite E; unfold Rabs; destruct Rcase_abs; lra). split; auto.
Qed.

Fixpoint matmul_row (f : format) (ws : list dyadic) (ms : list measure) : option (I.type * I.type * nat) :=
  match ws, ms with
  | w :: ws', m :: ms' =>
      bind (matmul_row f ws' ms') (fun sums => let '(M, D, n) := sums in
        if (fst w =? 0)%Z || is_nothing m then Some sums else
        bind (slack_of f w) (fun W =>
          Some (plus (times (I.abs (point w)) (size m)) M, plus (plus (times W (size m)) (times (I.abs (point w)) (snd m))) D, Datatypes.S n)))
  | _, _ => Some (zero_box, zero_box, 0%nat)
  end.

Lemma zero_weight f w y : (fst w =? 0)%Z = true -> weight32 f w y -> real_of w = 0 /\ y = 0.
Proof.
  intros H W. apply Z.eqb_eq in H. assert (E : real_of w = 0) by (unfold real_of; rewrite H; ring). unfold weight32 in W. rewrite E in W.
  apply stores_zero in W. auto.
Qed.

Lemma matmul_row_correct f ms xs ls : all3 measured ms xs ls -> forall ws q ws' ys, matmul_row f ws ms = Some q ->
  Forall2 (weight32 f) ws ws' -> Forall2 makes ls ys -> pends q (dot (N := reals) (map real_of ws) xs) (map2 Product ws' ys).
Proof.
  assert (none : forall n, pends (zero_box, zero_box, n) (real_of (0, 0)%Z) []).
  { intros n. exists 0, 0. simpl. repeat split; try apply zero_holds. replace (real_of (0, 0)%Z) with 0 by (unfold real_of; simpl; ring). constructor; lra. }
  induction 1 as [|m x l ms xs ls M A IH]; intros ws q ws' ys H Fw Fy.
  - inversion Fy; subst. destruct ws as [|w ws]; inversion Fw; subst; simpl in *; inversion H; subst; apply none.
  - destruct ws as [|w ws]; inversion Fw as [|a w' b ws'' Ww Fw']; subst; simpl in H; [inversion H; subst; apply none|].
    inversion Fy as [|a1 y b1 ys' My Fy']; subst. apply bind_some in H. destruct H as ([[S D] n] & E & H).
    destruct (IH _ _ _ _ E Fw' Fy') as (s & d & HS & HD & Fit). simpl in HS, HD, Fit. simpl.
    destruct ((fst w =? 0)%Z || is_nothing m) eqn:Z0.
    + inversion H; subst. exists s, d. simpl. repeat split; auto. apply orb_true_iff in Z0.
      assert (N : real_of w * x = 0 /\ forall v, reads (Product w' y) v -> v = 0).
      { destruct Z0 as [Z0|Z0].
        - destruct (zero_weight f w w' Z0 Ww) as [E0 ->]. split; [rewrite E0; ring|]. intros v (a' & b' & Za & _ & ->). apply flushes_zero in Za. subst. ring.
        - destruct (is_nothing_correct m x l y M Z0 My) as [-> Y0]. split; [ring|]. intros v (a' & b' & _ & Zb & ->). rewrite (Y0 b' Zb). ring. }
      destruct N as [E0 N]. rewrite E0, Rplus_0_l. apply zero_term; auto. exact Logic.I.
    + apply bind_some in H. destruct H as (W & EW & H). inversion H; subst. destruct (weight_correct f w W w' EW Ww) as (dw & HW & Pw & Wd).
      destruct (measured_size _ _ _ M) as (sm & dm & Sm & Dm & Pm & Lm & Wm). destruct (Wm y My) as [Wy Sy].
      destruct (product_fits (real_of w) dw (Rabs (real_of w)) w' x dm sm y) as [Sp Rp]; auto; [lra|].
      assert (Hw : holds (I.abs (point w)) (Rabs (real_of w))) by apply absolute_holds, point_holds.
      exists (Rabs (real_of w) * sm + s), ((dw * sm + Rabs (real_of w) * dm) + d). simpl. split; [|split].
      * apply plus_holds; auto. now apply times_holds.
      * apply plus_holds; auto. apply plus_holds; now apply times_holds.
      * apply one_term; auto. exact Logic.I.
Qed.

Definition pending_row (q : I.type * I.type * nat) : row := Pending (fst (fst q)) (snd (fst q)) (snd q).
Definition products_row (f : format) (ms : list measure) (ws : list dyadic) : option row := option_map pending_row (matmul_row f ws ms).

Lemma products_row_correct f ms xs ls ws r l : all3 measured ms xs ls -> products_row f ms ws = Some r -> products f ws ls l ->
  row_fits r (dot (N := reals) (map real_of ws) xs) l.
Proof.
  intros A H (ws' & ys & Fw & Fy & ->). unfold products_row in H. destruct (matmul_row f ws ms) as [q|] eqn:E; inversion H; subst.
  exact (matmul_row_correct _ _ _ _ A _ _ _ _ E Fw Fy).
Qed.
End Bounds.
