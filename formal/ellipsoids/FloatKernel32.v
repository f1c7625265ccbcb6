(* The check that a proof by ellipsoids covers a number format: forms on the processor's floats, rounding errors over the integers Z. *)

From Interval Require Import Float.Primitive_ops.
From Anylength Require Import Kernel FloatKernel EllipsoidCoverage.

Module FloatKernel32 := EllipsoidCoverage Floats Kernel PrimitiveFloat FloatKernel.
