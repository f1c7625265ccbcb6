(* The same check over the library's big integers, which are made of the processor's. It is some five times as fast, and rests on
   the standard library's axioms about primitive integers besides. *)

From Interval Require Import Float.Specific_ops Float.Specific_bigint.
From Anylength Require Import Regions.

Module BigFloats := SpecificFloat BigIntRadix2.
Module BigKernel := Regions BigFloats.
