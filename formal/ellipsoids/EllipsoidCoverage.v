(* Which number formats a proof by ellipsoids covers. All states that a step may compute lie in one box, the hull of the ranges of the forms;
   the rounding errors of a step from there stay below the noise, those of every logit below half the margin. *)

From Coq Require Import ZArith Reals List Bool Arith Lra Lia.
From Interval Require Import Float.Sig Interval.Interval Real.Xreal.
From Anylength Require Import Machine Numbers Program Agreement Intervals Net Certificate Induction SomeWords Regions Float32 DotProducts Storage Functions32.
From Anylength Require Import Machine32 Errors Coverage.
From Anylength Require Import Vectors Forms Ellipsoids EllipsoidRegions.
Import ListNotations.

Module Type EllipsoidRegionsOf (F : FloatOps with Definition sensible_format := true).
Include EllipsoidRegions F.
End EllipsoidRegionsOf.

(* Forms are computed with one kind of floats, rounding errors with another, in which sums with 0 are exact. *)
Module EllipsoidCoverage (F : FloatOps with Definition sensible_format := true) (R : RegionsOf F)
  (G : FloatOps with Definition sensible_format := true) (El : EllipsoidRegionsOf G).
Import R.
Module Import Cov := Coverage F R.
(* The arithmetic of the forms. *)
Module V := El.El.Fo.V.Bell.Arithmetic.

Section Check.
Variables (f : format) (net : net) (M : machine) (C : ellipsoid_certificate).

Section Steps.
(* The nodes and symbols at which the proof goes on. *)
Variable goes_on : ellipsoid_node -> nat -> bool.

Definition by_symbol : list (nat * list El.El.Fo.form) :=
  map (fun s => (s, symbol_of (N := El.kind C) net s)) (seq 0 (symbols net)).
(* The box's ends. *)
Variable ends : list (dyadic * dyadic).

Definition box : list I.type := map (fun e => hull (point (fst e)) (point (snd e))) ends.
Fixpoint all_between (ranges : list V.I.type) (ends : list (dyadic * dyadic)) : bool :=
  match ranges, ends with
  | [], [] => true
  | i :: ranges', (low, high) :: ends' =>
      El.is_not_below_zero (V.minus i (V.point low)) && El.is_not_below_zero (V.minus (V.point high) i) &&
      all_between ranges' ends'
  | _, _ => false
  end.

Definition reached : list (list V.I.type) :=
  let step_code := code (N := El.kind C) (step net) in
  map V.point (start_state net) ::
  concat (map (fun k => let own := (k, El.El.area_of (states k)) in
                        concat (map (fun symbol => map (fun piece => map El.El.Fo.range (El.image C step_code (snd symbol) (fst piece)))
                                                       (El.pieces C own (fst symbol)))
                                    (filter (fun symbol => goes_on k (fst symbol)) by_symbol))) (ellipsoid_nodes C)).

Definition covers_steps : bool :=
  let P := prepare net in
  forallb (is_exact f) (start_state net) && forallb (fun ranges => all_between ranges ends) reached &&
  (length ends =? length (start_state net)) &&
  forallb (fun s => step_covered f net (bare C) P box s (values_without_state net P s) [] && answer_covered f net (bare C) P box s)
    (filter (fun s => existsb (fun k => goes_on k s) (ellipsoid_nodes C)) (seq 0 (symbols net))).

Hypothesis covered : covers_steps = true.
Notation can_be_computed := (computes net (real_of (noise C))).

Lemma between_ends ranges h : Forall2 V.holds ranges h -> all_between ranges ends = true -> Forall2 holds box h.
Proof.
  unfold box. clear covered. intros H. revert ends. induction H as [|i x ranges h X H IH]; intros [|[low high] e] B; simpl in *; try discriminate; constructor.
  - rewrite !andb_true_iff in B. destruct B as [[L U] _].
    pose proof (El.is_not_below_zero_correct _ _ (V.minus_holds _ _ _ _ X (V.point_holds low)) L).
    pose proof (El.is_not_below_zero_correct _ _ (V.minus_holds _ _ _ _ (V.point_holds high) X) U).
    apply (hull_holds _ _ (real_of low) (real_of high)); try apply point_holds. left. lra.
  - apply IH. rewrite !andb_true_iff in B. apply B.
Qed.

Lemma reached_between ranges h : In ranges reached -> Forall2 V.holds ranges h -> Forall2 holds box h.
Proof.
  intros I H. apply (between_ends ranges h H). unfold covers_steps in covered. cbv zeta in covered.
  rewrite !andb_true_iff, !forallb_forall in covered. destruct covered as [[[_ K] _] _]. auto.
Qed.

Lemma ranges_hold u value h : (inner u u <= 1)%R -> Forall2 (El.El.Fo.stands_for u) value h ->
  Forall2 V.holds (map El.El.Fo.range value) h.
Proof. intros U S. induction S as [|g x value h X S IH]; simpl; constructor; auto. exact (El.El.Fo.range_holds u U g x X). Qed.

Lemma exact_start h : Forall2 (weight32 f) (start_state net) h -> h = map real_of (start_state net) /\ Forall is_float32 h.
Proof.
  apply exactly_stored. unfold covers_steps in covered. cbv zeta in covered. rewrite !andb_true_iff in covered. apply covered.
Qed.

Lemma symbol_covered s k : (s < symbols net)%nat -> In k (ellipsoid_nodes C) -> goes_on k s = true ->
  step_covered f net (bare C) (prepare net) box s (values_without_state net (prepare net) s) [] = true /\
  answer_covered f net (bare C) (prepare net) box s = true.
Proof.
  intros S K G. unfold covers_steps in covered. cbv zeta in covered. rewrite !andb_true_iff in covered. destruct covered as [_ H].
  rewrite forallb_forall in H. apply andb_true_iff. apply H, filter_In. split; [apply in_seq; lia | apply existsb_exists; eauto].
Qed.

(* The words of which the proof speaks: all words, or only some. With a word it speaks of all its beginnings. *)
Section Words.
Variable spoken_of : list nat -> Prop.
Hypotheses (beginnings : forall w s, spoken_of (w ++ [s]) -> spoken_of w)
  (bounded : forall w s h, spoken_of (w ++ [s]) -> can_be_computed w h ->
    exists k, In k (ellipsoid_nodes C) /\ goes_on k s = true /\ El.bounded_by M k w h)
  (right_ : forall w s h, spoken_of (w ++ [s]) -> can_be_computed (w ++ [s]) h -> right_by_eta net M (real_of (margin C)) w s h).

Lemma all_reached w h : spoken_of w -> can_be_computed w h -> Forall2 holds box h.
Proof.
  intros Sp H. inversion H as [E|w' h0 s h' H' Hs D E]; subst.
  - apply reached_between with (map V.point (start_state net)); [left; reflexivity|].
    apply (related_same_map _ _ _ _ _ V.point_holds).
  - destruct (bounded w' s h0 Sp H') as (k & K & G & _ & B).
    destruct (El.piece_stands C k s h0 B) as (piece & u & P & U & T). pose proof (El.image_stands net C u U s _ h0 h T D) as I.
    apply (reached_between _ h) with (2 := ranges_hold u _ _ U I). right.
    apply in_concat. eexists. split; [apply in_map_iff; exists k; split; [reflexivity | exact K]|].
    apply in_concat. eexists. split.
    { apply in_map_iff. exists (s, symbol_of (N := El.kind C) net s). split; [reflexivity|]. apply filter_In. split; auto.
      apply in_map_iff. exists s. split; auto. apply in_seq. lia. }
    apply in_map_iff. exists piece. split; auto.
Qed.

Lemma state_length w h : spoken_of w -> can_be_computed w h -> length h = length (start_state net).
Proof.
  intros Sp H. rewrite <- (related_length _ _ _ (all_reached w h Sp H)). unfold box. rewrite length_map. unfold covers_steps in covered.
  cbv zeta in covered. rewrite !andb_true_iff in covered. destruct covered as [[_ L] _]. now apply Nat.eqb_eq.
Qed.

(* Every run of a machine that rounds is a computation with errors of up to the noise. *)
Theorem covered_computes w h : runs32 f net w h -> spoken_of w -> can_be_computed w h /\ Forall is_float32 h.
Proof.
  induction 1 as [h W|w h s h' R IH S E]; intros Sp.
  - destruct (exact_start h W) as [-> Fh]. split; auto. constructor.
  - pose proof (beginnings _ _ Sp) as Sb. destruct (IH Sb) as [Ch Fh]. destruct (bounded w s h Sp Ch) as (k & K & G & _).
    destruct (symbol_covered s k S K G) as [Hs _].
    destruct (step_covered_correct f net (bare C) box s h [] h' (all_reached w h Sb Ch) (state_length w h Sb Ch) (Forall2_nil _) Fh Hs E) as [Fh' D].
    split; auto. now apply one_step with h.
Qed.

(* Whatever a machine that rounds says is what the finite machine says. *)
Theorem says_of_words w s h o : spoken_of (w ++ [s]) -> runs32 f net (w ++ [s]) h -> says32 f net s h o -> o = said M (after M w) s.
Proof.
  intros Sp R S. destruct (covered_computes _ _ R Sp) as [H Fh]. destruct (right_ w s h Sp H) as [O G].
  assert (A : answer_covered f net (bare C) (prepare net) box s = true).
  { inversion R as [|w' h' s' h'' R' L _ E]; [destruct w; discriminate|]. apply app_inj_tail in E. destruct E; subst.
    destruct (covered_computes _ _ R' (beginnings _ _ Sp)) as [H' _]. destruct (bounded w s h' Sp H') as (k & K & G' & _).
    now apply (symbol_covered s k). }
  exact (answer_covered_correct f net (bare C) box s h _ o (all_reached _ _ Sp H) Fh A O G S).
Qed.
End Words.
End Steps.

Definition covers : list (dyadic * dyadic) -> bool := covers_steps (fun _ _ => true).
Definition covers_some : list (dyadic * dyadic) -> bool := covers_steps (El.goes_on C).

(* Of some words, which the proof speaks of. *)
Definition covered_says_of_words (ends : list (dyadic * dyadic)) (covered : covers_some ends = true) := says_of_words _ ends covered.

(* For every word, of any length. *)
Theorem covered_says ends : El.check net M C = true -> covers ends = true ->
  forall w s h o, runs32 f net (w ++ [s]) h -> says32 f net s h o -> o = said M (after M w) s.
Proof.
  intros K covered w s h o. apply (says_of_words _ ends covered (fun _ => True)); auto.
  - intros v t g _ H. destruct (El.always_bounded net M C K v g H) as (k & I & B). eauto.
  - intros v t g _. now apply El.sound.
Qed.
End Check.
End EllipsoidCoverage.
