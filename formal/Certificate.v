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

(* A region of the second kind, an ellipsoid: the states c + L u for |u| <= 1. *)
Record ellipsoid := {
  middle_of : list dyadic;       (* c *)
  shape : list (list dyadic);    (* the rows of L *)
  spread : list dyadic           (* how the numbers of a state share the room for errors *)
}.

(* The states c + L u with u_1 up to an end, from the end of the slice before it, or -1, on. All have u_1 = shifted_by + along w_1, and
   u_k = across w_k for the others, |w| <= 1. *)
Record slice := {
  end_of : dyadic;
  shifted_by : dyadic;
  along : dyadic;
  across : dyadic
}.

Record ellipsoid_node := {
  state_of : nat;
  states : ellipsoid;
  followers : list nat;          (* for each symbol the node that comes next *)
  shares : list (list (list dyadic))  (* for each symbol the weights of the parts of a form: for the whole, or for each slice *)
}.

Record ellipsoid_certificate := {
  blocks : nat;                  (* how many rows of second-order terms a form has *)
  slices : list slice;           (* how an ellipsoid is cut, where it is *)
  entry_node : nat;              (* the node of the start state *)
  ellipsoid_nodes : list ellipsoid_node;
  noise : dyadic;                (* each step may be wrong by this much *)
  margin : dyadic                  (* the right logit is larger than the others by this much *)
}.
