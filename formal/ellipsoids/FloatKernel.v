(* The check by ellipsoids that the kernel computes, on the processor's floats. Their operations are the kernel's own, and what they
   mean is stated by axioms of the standard library. *)

From Interval Require Import Float.Primitive_ops.
From Anylength Require Import EllipsoidRegions.

Module FloatKernel := EllipsoidRegions PrimitiveFloat.
