(* The verified checks as a program in OCaml. Z becomes an arbitrary-precision integer, nat a native one, and a float the processor's. *)

From Coq Require Import ZArith NArith Reals List Bool Floats Uint63 Extraction.
From Coq Require Import ExtrOcamlBasic ExtrOcamlNatInt ExtrOcamlZBigInt ExtrOCamlInt63 ExtrOCamlFloats.
From Flocq Require Import Zaux.
From Anylength Require Import Machine Numbers Net Certificate Kernel ProcessorKernel FloatKernel SomeWords SomeKernel SomeProcessorKernel.
From Anylength Require Import Rounded RoundedKernel RoundedProcessorKernel machines.Tables.
Import ListNotations.

(* The steps of a proof by boxes at which it goes on. Floats are fast. What fails by so little that their precision may be too low is
   tried over Z. *)
Definition steps_pass (goes_on : node -> nat -> bool) (net : net) (M : machine) (C : certificate) : bool :=
  ProcessorKernel.linked net M C goes_on &&
  let P := ProcessorKernel.prepare net in
  let boxes := ProcessorKernel.all C in
  if ProcessorKernel.begins net M C P boxes
  then match ProcessorKernel.first_failure net M C goes_on P boxes with
       | None => true
       | Some (k, s) => ProcessorKernel.nearly_closes net M C P boxes k s && Kernel.check_steps net M C goes_on
       end
  else ProcessorKernel.nearly_begins net M C P boxes && Kernel.check_steps net M C goes_on.

Lemma steps_pass_somewhere goes_on net M C : steps_pass goes_on net M C = true ->
  ProcessorKernel.check_steps net M C goes_on = true \/ Kernel.check_steps net M C goes_on = true.
Proof.
  unfold steps_pass. cbv zeta. intros P. apply andb_true_iff in P. destruct P as [L P].
  destruct (ProcessorKernel.begins net M C _ _) eqn:B; [|apply andb_true_iff in P; tauto].
  destruct (ProcessorKernel.first_failure net M C goes_on _ _) as [[k s]|] eqn:F; [apply andb_true_iff in P; tauto|].
  left. unfold ProcessorKernel.check_steps. cbv zeta. now rewrite L, B, F.
Qed.

(* For every word, of any length, and all states that a machine may compute with errors of up to the certificate's: the net's answer is
   the machine's. *)
Definition boxes_pass : net -> machine -> certificate -> bool := steps_pass (fun _ _ => true).

Theorem boxes_right net M C : boxes_pass net M C = true ->
  forall w s h, computes net (real_of (epsilon C)) (w ++ [s]) h -> answers net s h (said M (after M w) s).
Proof.
  intros P w s h. destruct (steps_pass_somewhere _ _ _ _ P); [now apply ProcessorKernel.answers_as_the_machine | now apply Kernel.answers_as_the_machine].
Qed.

Definition ellipsoids_pass : net -> machine -> ellipsoid_certificate -> bool := FloatKernel.check.

Theorem ellipsoids_right net M C : ellipsoids_pass net M C = true ->
  forall w s h, computes net (real_of (noise C)) (w ++ [s]) h -> answers net s h (said M (after M w) s).
Proof. intros P w s h. now apply FloatKernel.answers_as_the_machine. Qed.

(* The same of some words only: those of at most so many symbols, and those that an automaton reads. *)
Definition some_words_pass (net : net) (M : machine) (C : certificate) : bool := steps_pass (SomeKernel.goes_on C) net M C.

Lemma some_words_right net M C : some_words_pass net M C = true -> forall w s h, speaks_of C (w ++ [s]) ->
  computes net (real_of (epsilon C)) (w ++ [s]) h -> answers net s h (said M (after M w) s).
Proof.
  intros P w s h. destruct (steps_pass_somewhere _ _ _ _ P); [now apply SomeProcessorKernel.answers_on_words | now apply SomeKernel.answers_on_words].
Qed.

Definition short_words_pass (net : net) (M : machine) (C : certificate) (most : N) (steps : list N) : bool :=
  short_words C (symbols net) most steps && some_words_pass net M C.

Theorem short_words_right net M C most steps : short_words_pass net M C most steps = true ->
  forall w s h, over (symbols net) (w ++ [s]) -> (N.of_nat (length (w ++ [s])) <= most)%N ->
  computes net (real_of (epsilon C)) (w ++ [s]) h -> answers net s h (said M (after M w) s).
Proof.
  intros P w s h O L. apply andb_true_iff in P. destruct P as [W P]. apply (some_words_right net M C P).
  now apply (speaks_of_short_words C (symbols net) most steps).
Qed.

Definition words_of_pass (net : net) (M : machine) (C : certificate) (automaton : list (list nat)) (states : list nat) : bool :=
  words_of C (symbols net) automaton states && some_words_pass net M C.

Theorem words_of_right net M C automaton states : words_of_pass net M C automaton states = true ->
  forall w s h, over (symbols net) (w ++ [s]) -> reads automaton (w ++ [s]) ->
  computes net (real_of (epsilon C)) (w ++ [s]) h -> answers net s h (said M (after M w) s).
Proof.
  intros P w s h O R. apply andb_true_iff in P. destruct P as [W P]. apply (some_words_right net M C P).
  now apply (speaks_of_words_of C (symbols net) automaton states).
Qed.

Definition ellipsoids_of_short_words_pass (net : net) (M : machine) (C : ellipsoid_certificate) (most : N) (steps : list N) : bool :=
  short_words (bare C) (symbols net) most steps && FloatKernel.check_some net M C.

Theorem ellipsoids_of_short_words_right net M C most steps : ellipsoids_of_short_words_pass net M C most steps = true ->
  forall w s h, over (symbols net) (w ++ [s]) -> (N.of_nat (length (w ++ [s])) <= most)%N ->
  computes net (real_of (noise C)) (w ++ [s]) h -> answers net s h (said M (after M w) s).
Proof.
  intros P w s h O L. apply andb_true_iff in P. destruct P as [W P]. apply (FloatKernel.answers_on_words net M C P).
  now apply (speaks_of_short_words (bare C) (symbols net) most steps).
Qed.

Definition ellipsoids_of_words_pass (net : net) (M : machine) (C : ellipsoid_certificate) (automaton : list (list nat)) (states : list nat) : bool :=
  words_of (bare C) (symbols net) automaton states && FloatKernel.check_some net M C.

Theorem ellipsoids_of_words_right net M C automaton states : ellipsoids_of_words_pass net M C automaton states = true ->
  forall w s h, over (symbols net) (w ++ [s]) -> reads automaton (w ++ [s]) ->
  computes net (real_of (noise C)) (w ++ [s]) h -> answers net s h (said M (after M w) s).
Proof.
  intros P w s h O R. apply andb_true_iff in P. destruct P as [W P]. apply (FloatKernel.answers_on_words net M C P).
  now apply (speaks_of_words_of (bare C) (symbols net) automaton states).
Qed.

(* Of states that are rounded after every step. What the precision of floats is too low for is tried over Z. *)
Definition rounded_states_pass (net : net) (M : machine) (C : rounded_certificate) : bool :=
  RoundedProcessorKernel.check net M C || RoundedKernel.check net M C.

Theorem rounded_states_right net M C : rounded_states_pass net M C = true ->
  forall w s h, computes_rounded net (fraction_bits C) (real_of (step_error C)) (w ++ [s]) h -> answers net s h (said M (after M w) s).
Proof.
  intros P w s h. apply orb_true_iff in P. destruct P; [now apply RoundedProcessorKernel.answers_as_the_machine | now apply RoundedKernel.answers_as_the_machine].
Qed.

(* More of the operations than the standard library maps, and faster ones. *)
Extract Inductive positive => "Whole.t" [ "Whole.twice_and_one" "Whole.twice" "Whole.one" ] "Whole.by_last_bit".
Extract Inlined Constant Z.shiftl => "Whole.shift_left".
Extract Inlined Constant Z.shiftr => "Whole.shift_right".
Extract Inlined Constant Pos.size => "Whole.size".
Extract Inlined Constant SpecFloat.digits2_pos => "Whole.size".
Extract Inlined Constant Pos.to_nat => "Whole.native".
Extract Inlined Constant Z.pos_div_eucl => "Whole.divide".
Extract Inlined Constant Zaux.Zfast_div_eucl => "Whole.divide".
Extract Inlined Constant Z.pow_pos => "Whole.power".
Extract Inlined Constant Nat.div => "Whole.quotient".
Extract Inlined Constant Nat.modulo => "Whole.remainder".
Extract Inlined Constant Uint63.of_pos => "Uint63.of_positive".
Extract Inlined Constant Uint63.to_Z => "Uint63.to_z".
Extract Inlined Constant PrimFloat.add => "Float64.add".
Extract Inlined Constant PrimFloat.sub => "Float64.sub".
Extract Inlined Constant PrimFloat.mul => "Float64.mul".
Extract Inlined Constant PrimFloat.div => "Float64.div".
Extract Inlined Constant PrimFloat.opp => "Float64.opp".
Extract Inlined Constant PrimFloat.next_up => "Float64.next_up".
Extract Inlined Constant PrimFloat.next_down => "Float64.next_down".
Extract Inlined Constant PrimFloat.compare => "Float64.compare".
Extract Inductive FloatClass.float_class => "Float64.float_class"
  [ "Float64.PNormal" "Float64.NNormal" "Float64.PSubn" "Float64.NSubn" "Float64.PZero" "Float64.NZero" "Float64.PInf" "Float64.NInf" "Float64.NaN" ].
Extract Inductive PrimFloat.float_comparison => "Float64.float_comparison" [ "Float64.FEq" "Float64.FLt" "Float64.FGt" "Float64.FNotComparable" ].

(* The real numbers are never computed with: only the proof speaks about them. *)
Extract Constant ClassicalDedekindReals.sig_forall_dec => "(fun _ -> assert false)".

Extraction Language OCaml.
Set Extraction Output Directory ".".
Extraction "verified.ml" boxes_pass ellipsoids_pass short_words_pass words_of_pass ellipsoids_of_short_words_pass ellipsoids_of_words_pass rounded_states_pass.
