(* The same check on the processor's floats, for many states. *)

From Interval Require Import Float.Primitive_ops.
From Anylength Require Import ProcessorKernel RoundedRegions.

Module RoundedProcessorKernel := RoundedRegions PrimitiveFloat ProcessorKernel.
