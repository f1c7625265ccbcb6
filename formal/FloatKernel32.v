(* The check that a proof by ellipsoids covers a number format, as the kernel computes it on the processor's floats. *)

From Interval Require Import Float.Primitive_ops.
From Anylength Require Import Regions FloatKernel EllipsoidCoverage.

Module FloatRegions := Regions PrimitiveFloat.
Module FloatKernel32 := EllipsoidCoverage PrimitiveFloat FloatRegions FloatKernel.
