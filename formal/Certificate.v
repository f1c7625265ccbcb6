(* A proof by regions, as a certificate holds it. *)

From Coq Require Import List.
From Anylength Require Import Numbers.

(* A region: for each number of the cut the low and the high end. *)
Record node := {
  of_state : nat;
  region : list (dyadic * dyadic);
  following : list nat   (* for each symbol the node that comes next *)
}.

Record certificate := {
  cut : list nat;        (* the values of the step, by their places, that the regions bound *)
  first : nat;           (* the node of the start state *)
  nodes : list node;
  epsilon : dyadic;      (* each step may be wrong by this much *)
  eta : dyadic           (* the right logit is larger than the others by this much *)
}.
