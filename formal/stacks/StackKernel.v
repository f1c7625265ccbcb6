(* The check of nets with stacks that the kernel computes, over the integers Z of the standard library. *)

From Anylength Require Import Kernel StackRegions.

Module StackKernel := StackRegions Floats Kernel.
