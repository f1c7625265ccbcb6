(* Many numbers of an ellipsoid, in units of 2^-32, written as the processor's integers: Coq reads these some forty times as fast as those of Z. *)

From Coq Require Import ZArith List Uint63 Sint63.
From Anylength Require Import Numbers.

Definition in_units (l : list int) : list dyadic := map (fun k => (Sint63.to_Z k, -32)%Z) l.
Definition rows_in_units (l : list (list int)) : list (list dyadic) := map in_units l.
