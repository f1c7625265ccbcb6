(* When a proof about rounded states covers binary32: the rounding errors of every step stay below the certificate's, before the state is
   rounded to multiples, and binary32 holds each multiple exactly. *)

From Coq Require Import ZArith NArith Reals List Bool Arith Lra Lia.
From Flocq Require Import Core.
From Interval Require Import Float.Sig Interval.Interval Real.Xreal.
From Anylength Require Import Machine Numbers Program Agreement Intervals Net Certificate Induction Regions Float32 Storage Machine32 Coverage.
From Anylength Require Import Rounded Visits RoundedRegions RoundedMachine32.
Import ListNotations.

(* The least and the largest of each row. *)
Definition ends_with (ends : list (Z * Z)) (ks : list Z) : list (Z * Z) :=
  map2 (fun e k => (Z.min (fst e) k, Z.max (snd e) k)) ends ks.
Definition ends_around (pairs : list pair_of_states) : list (Z * Z) :=
  match pairs with
  | [] => []
  | p :: rest => fold_left (fun ends q => ends_with ends (snd q)) rest (map (fun k => (k, k)) (snd p))
  end.
Fixpoint between_ends (ends : list (Z * Z)) (ks : list Z) : bool :=
  match ends, ks with
  | [], [] => true
  | (low, high) :: ends', k :: ks' => (low <=? k)%Z && (k <=? high)%Z && between_ends ends' ks'
  | _, _ => false
  end.

(* Up to here binary32 holds all multiples. *)
Definition held_exactly (m : nat) (ends : list (Z * Z)) : bool :=
  (m <=? 149) && forallb (fun e => (- 16777216 <=? fst e)%Z && (snd e <=? 16777216)%Z) ends.

Lemma multiple_is_float32 m k : m <= 149 -> (-16777216 <= k <= 16777216)%Z -> is_float32 (real_of (multiple m k)).
Proof.
  intros L K. unfold is_float32, real_of, multiple. cbn [fst snd]. destruct (Z.eq_dec (Z.abs k) 16777216) as [E|N].
  - assert (P : generic_format radix2 exponents (16777216 * bpow radix2 (- Z.of_nat m))).
    { change 16777216%R with (bpow radix2 24). rewrite <- bpow_plus. apply generic_format_bpow. unfold exponents, FLT_exp. lia. }
    destruct (Z_le_gt_dec 0 k) as [G|G].
    + replace k with 16777216%Z by lia. exact P.
    + replace k with (-16777216)%Z by lia. change (IZR (-16777216)) with (- (16777216))%R. rewrite Ropp_mult_distr_l_reverse.
      now apply generic_format_opp.
  - apply generic_format_FLT. exists (Float radix2 k (- Z.of_nat m)); simpl; [reflexivity | lia | lia].
Qed.

(* States are visited with one kind of floats, rounding errors are computed with another, in which sums with 0 are exact. *)
Module RoundedCoverage (F : FloatOps with Definition sensible_format := true) (R : RegionsOf F)
  (G : FloatOps with Definition sensible_format := true) (S : RegionsOf G) (Ro : RoundedRegionsOf G S).
Import R.
Module Import Cov := Coverage F R.
Local Open Scope nat_scope.

Section Check.
Variables (net : net) (M : machine) (C : rounded_certificate).
Notation m := (fraction_bits C).
Notation rule := (without_nodes C).

Definition box_between (ends : list (Z * Z)) : list I.type :=
  map (fun e => hull (point (multiple m (fst e))) (point (multiple m (snd e)))) ends.

(* The rounding errors of a step and of the logits, from all states between the ends. *)
Definition errors_covered (ends : list (Z * Z)) : bool :=
  let P := prepare net in
  let states := box_between ends in
  let b := gather (cut rule) (values_without_symbol net P states) in
  forallb (fun s => step_covered Float32 net rule P states s (values_without_state net P s) b && answer_covered Float32 net rule P states s)
    (seq 0 (symbols net)).

Definition covers : bool :=
  match Ro.explored net M C with
  | Some final =>
      let pairs := all_visited final in
      let ends := ends_around pairs in
      forallb (is_exact Float32) (start_state net) && forallb (fun p => between_ends ends (snd p)) pairs && held_exactly m ends &&
      errors_covered ends
  | None => false
  end.

Lemma box_holds ends : forall ks, between_ends ends ks = true -> Forall2 holds (box_between ends) (Ro.numbers_of m ks).
Proof.
  induction ends as [|[low high] ends IH]; intros [|k ks] H; simpl in H; try discriminate; constructor.
  - rewrite !andb_true_iff in H. destruct H as [[L U] _]. apply Z.leb_le in L, U. cbn [fst snd].
    apply (hull_holds _ _ (real_of (multiple m low)) (real_of (multiple m high))); try apply point_holds. left.
    rewrite !multiple_value. pose proof (bpow_ge_0 radix2 (- Z.of_nat m)).
    split; apply Rmult_le_compat_r; auto; now apply IZR_le.
  - apply IH. rewrite !andb_true_iff in H. apply H.
Qed.

Lemma all_are_float32 ends : held_exactly m ends = true -> forall ks, between_ends ends ks = true -> Forall is_float32 (Ro.numbers_of m ks).
Proof.
  unfold held_exactly. intros H. apply andb_true_iff in H. destruct H as [L H]. apply Nat.leb_le in L. revert H.
  induction ends as [|[low high] ends IH]; intros H [|k ks] B; simpl in B, H; try discriminate; constructor.
  - rewrite !andb_true_iff, !Z.leb_le in *. apply multiple_is_float32; auto. lia.
  - rewrite !andb_true_iff in *. now apply IH.
Qed.

Hypothesis covered : covers = true.

Lemma parts_covered : exists final ends, Ro.explored net M C = Some final /\ forallb (is_exact Float32) (start_state net) = true /\
  (forall p, visited final p = true -> between_ends ends (snd p) = true) /\ held_exactly m ends = true /\ errors_covered ends = true.
Proof.
  unfold covers in covered. destruct (Ro.explored net M C) as [final|]; [|discriminate]. cbv zeta in covered.
  rewrite !andb_true_iff in covered. destruct covered as [[[E B] H] S]. exists final, (ends_around (all_visited final)). repeat split; auto.
  intros p V. rewrite forallb_forall in B. now apply B, visited_in_all.
Qed.

(* Every run of such a machine is a computation with errors of up to the certificate's. *)
Theorem covered_computes w h : rounded_runs32 m net w h -> computes_rounded net m (real_of (step_error C)) w h /\ Forall is_float32 h.
Proof.
  destruct parts_covered as (final & ends & X & E & B & H & S).
  assert (Fl : forall w h, computes_rounded net m (real_of (step_error C)) w h -> Forall is_float32 h).
  { intros v g G. destruct (Ro.always_visited net M C final X v g G) as (ks & V & -> & _). apply (all_are_float32 ends H), (B _ V). }
  induction 1 as [x h W N|w h s x h' R [IH Fh] Hs St N].
  - destruct (exactly_stored Float32 _ _ E W) as [-> _]. assert (computes_rounded net m (real_of (step_error C)) [] h) by now constructor.
    split; eauto.
  - destruct (Ro.always_visited net M C final X w h IH) as (ks & V & -> & L).
    pose proof (box_holds ends ks (B _ V)) as Bx. unfold errors_covered in S. cbv zeta in S. rewrite forallb_forall in S.
    specialize (S s ltac:(apply in_seq; lia)). apply andb_true_iff in S. destruct S as [S _].
    assert (G : Forall2 holds (gather (cut rule) (values_without_symbol net (prepare net) (box_between ends)))
                  (gather (cut rule) (values_at net s (Ro.numbers_of m ks)))).
    { apply gathered_related, values_related; [apply unknown_symbol_related | exact Bx]. }
    assert (Ls : length (Ro.numbers_of m ks) = length (start_state net)) by (unfold Ro.numbers_of; rewrite length_map; auto).
    destruct (step_covered_correct Float32 net rule (box_between ends) s _ _ x Bx Ls G Fh S St) as [_ D].
    assert (computes_rounded net m (real_of (step_error C)) (w ++ [s]) h') by now apply one_rounded_step with (Ro.numbers_of m ks) x.
    split; eauto.
Qed.

(* For every word, of any length: whatever such a machine says is what the finite machine says. *)
Theorem covered_says w s h o : rounded_runs32 m net (w ++ [s]) h -> says32 Float32 net s h o -> o = said M (after M w) s.
Proof.
  intros R Sa. destruct (covered_computes _ _ R) as [G Fh]. destruct parts_covered as (final & ends & X & _ & B & _ & S).
  assert (L : s < symbols net).
  { inversion R as [|w' h' s' x' h'' _ L _ _ E]; [destruct w; discriminate|]. apply app_inj_tail in E. destruct E; now subst. }
  destruct (Ro.always_right_rounded net M C final X w s h G) as [O D].
  destruct (Ro.always_visited net M C final X _ h G) as (ks & V & -> & _).
  unfold errors_covered in S. cbv zeta in S. rewrite forallb_forall in S. specialize (S s ltac:(apply in_seq; lia)).
  apply andb_true_iff in S. destruct S as [_ S].
  exact (answer_covered_correct Float32 net rule (box_between ends) s _ _ o (box_holds ends ks (B _ V)) Fh S O D Sa).
Qed.
End Check.
End RoundedCoverage.
