(* A proof of a net with stacks, as a certificate holds it, with two sets that are found from it: what lies on top, and what lies below. *)

From Coq Require Import List.
From Anylength Require Import Numbers Certificate.

Record stack_certificate := {
  of_nodes : certificate;                                (* with a next node for each column of the machine *)
  letter_ends : list (list (list (dyadic * dyadic)));    (* for each stack the box of each letter from 1 on *)
  met : list (list (list nat));                          (* for each node the letters that may lie on top of the stacks *)
  below : list (list (list nat))                         (* for each stack and each letter what may lie below this *)
}.
