(* The check that the kernel computes, over the integers Z of the standard library. *)

From Interval Require Import Float.Specific_ops Float.Specific_stdz.
From Anylength Require Import Regions.

Module Floats := SpecificFloat StdZRadix2.
Module Kernel := Regions Floats.
