(* The check that a proof about rounded states covers binary32, as the kernel computes it. *)

From Interval Require Import Float.Primitive_ops.
From Anylength Require Import Kernel ProcessorKernel RoundedKernel RoundedProcessorKernel RoundedCoverage.

Module RoundedKernel32 := RoundedCoverage Floats Kernel Floats Kernel RoundedKernel.

(* Where there are many states, they are visited on the processor's floats. *)
Module RoundedProcessorKernel32 := RoundedCoverage Floats Kernel PrimitiveFloat ProcessorKernel RoundedProcessorKernel.
