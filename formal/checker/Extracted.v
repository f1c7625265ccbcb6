(* The verified checks as a program in OCaml. Z becomes an arbitrary-precision integer, nat a native one, and a float the processor's. *)

From Coq Require Import ZArith Reals List Bool Floats Uint63 Extraction.
From Coq Require Import ExtrOcamlBasic ExtrOcamlNatInt ExtrOcamlZBigInt ExtrOCamlInt63 ExtrOCamlFloats.
From Flocq Require Import Zaux.
From Anylength Require Import Machine Numbers Net Certificate Kernel ProcessorKernel FloatKernel.
Import ListNotations.

(* Floats are fast. What their precision is too low for is tried over Z, a step alone before all of the check. *)
Definition boxes_pass (net : net) (M : machine) (C : certificate) : bool :=
  ProcessorKernel.linked net M C &&
  if ProcessorKernel.begins net M C
  then match ProcessorKernel.first_failure net M C with
       | None => true
       | Some (k, s) => Kernel.closes_alone net M C k s && Kernel.check net M C
       end
  else Kernel.check net M C.
Definition ellipsoids_pass : net -> machine -> ellipsoid_certificate -> bool := FloatKernel.check.

(* For every word, of any length, and all states that a machine may compute with errors of up to the certificate's: the net's answer is
   the machine's. *)
Theorem boxes_right net M C : boxes_pass net M C = true ->
  forall w s h, computes net (real_of (epsilon C)) (w ++ [s]) h -> answers net s h (said M (after M w) s).
Proof.
  unfold boxes_pass. intros P w s h. apply andb_true_iff in P. destruct P as [L P].
  destruct (ProcessorKernel.begins net M C) eqn:B; [|now apply Kernel.answers_as_the_machine].
  destruct (ProcessorKernel.first_failure net M C) as [[k symbol]|] eqn:F.
  - apply andb_true_iff in P. now apply Kernel.answers_as_the_machine.
  - apply ProcessorKernel.answers_as_the_machine. unfold ProcessorKernel.check. now rewrite L, B, F.
Qed.

Theorem ellipsoids_right net M C : ellipsoids_pass net M C = true ->
  forall w s h, computes net (real_of (noise C)) (w ++ [s]) h -> answers net s h (said M (after M w) s).
Proof. intros P w s h. now apply FloatKernel.answers_as_the_machine. Qed.

(* More of the operations than the standard library maps, and faster ones. *)
Extract Inductive positive => "Whole.t" [ "Whole.twice_and_one" "Whole.twice" "Whole.one" ] "Whole.by_last_bit".
Extract Inlined Constant Z.shiftl => "Whole.shift_left".
Extract Inlined Constant Z.shiftr => "Whole.shift_right".
Extract Inlined Constant Pos.size => "Whole.size".
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
Extraction "verified.ml" boxes_pass ellipsoids_pass.
