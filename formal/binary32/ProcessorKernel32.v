(* The same check of number formats on the processor's floats, for large nets. *)

From Interval Require Import Float.Primitive_ops.
From Anylength Require Import ProcessorKernel Coverage.

Module ProcessorKernel32 := Coverage PrimitiveFloat ProcessorKernel.
