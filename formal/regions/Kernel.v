(* The check that the kernel computes, over the integers Z of the standard library. *)

From Interval Require Import Float.Specific_ops.
From Anylength Require Import Carrier Regions.

Module Floats := SpecificFloat Carrier.
Module Kernel := Regions Floats.
