(* The check of a proof about some words that the kernel computes, over the integers Z of the standard library. *)

From Anylength Require Import Kernel SomeRegions.

Module SomeKernel := SomeRegions Floats Kernel.
