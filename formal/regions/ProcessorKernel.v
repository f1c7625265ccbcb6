(* The same check on the processor's floats, for large nets. Their operations are the kernel's own, and what they mean is stated by axioms
   of the standard library. *)

From Interval Require Import Float.Primitive_ops.
From Anylength Require Import Regions.

Module ProcessorKernel := Regions PrimitiveFloat.
