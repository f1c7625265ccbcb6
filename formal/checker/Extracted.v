(* The verified check as a program in OCaml. Z becomes an arbitrary-precision integer, nat a native one. *)

From Coq Require Import ZArith Extraction ExtrOcamlBasic ExtrOcamlNatInt ExtrOcamlZBigInt.
From Flocq Require Import Zaux.
From Anylength Require Import Machine Numbers Program Net Certificate Kernel.

(* More of the integers' operations than the standard library maps. *)
Extract Inlined Constant Z.shiftl => "Whole.shift_left".
Extract Inlined Constant Z.shiftr => "Whole.shift_right".
Extract Inlined Constant Pos.size => "Whole.size".
Extract Inlined Constant Z.pos_div_eucl => "Whole.divide".
Extract Inlined Constant Zaux.Zfast_div_eucl => "Whole.divide".
Extract Inlined Constant Z.pow_pos => "Whole.power".

(* The real numbers are never computed with: only the proof speaks about them. *)
Extract Constant ClassicalDedekindReals.sig_forall_dec => "(fun _ -> assert false)".

Definition passes := Kernel.check.
Extraction Language OCaml.
Set Extraction Output Directory ".".
Extraction "verified.ml" passes.
