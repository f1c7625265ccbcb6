(* The same check on the processor's floats, for large nets. *)

From Interval Require Import Float.Primitive_ops.
From Anylength Require Import ProcessorKernel StackRegions.

Module StackProcessorKernel := StackRegions PrimitiveFloat ProcessorKernel.
