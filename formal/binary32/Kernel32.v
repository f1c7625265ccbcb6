(* The check that a proof covers a number format, as the kernel computes it. *)

From Anylength Require Import Kernel Coverage.

Module Kernel32 := Coverage Floats Kernel.
