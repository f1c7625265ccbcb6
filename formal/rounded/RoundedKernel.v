(* The check of rounded states that the kernel computes, over the integers Z of the standard library. *)

From Anylength Require Import Kernel RoundedRegions.

Module RoundedKernel := RoundedRegions Floats Kernel.
