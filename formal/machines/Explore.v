(* A breadth-first search with fuel. It only proposes: what it finds is checked by others, so nothing is proved of it. *)

From Coq Require Import List Bool.
Import ListNotations.

Section Explore.

Variables (T : Type) (same : T -> T -> bool) (follow : T -> list T).

Definition member (x : T) (l : list T) : bool := existsb (same x) l.

(* The elements of `new` that are not in `old`, each once. *)
Definition fresh (new old : list T) : list T :=
  fold_left (fun l x => if member x (l ++ old) then l else l ++ [x]) new [].

(* Rounds of the search: `queue` holds what was found in the last round, `found` all that was found before it. *)
Fixpoint explore (fuel : nat) (queue found : list T) : list T :=
  match fuel, queue with
  | O, _ => queue ++ found
  | _, [] => found
  | S fuel, _ => explore fuel (fresh (flat_map follow queue) (queue ++ found)) (queue ++ found)
  end.

End Explore.

Arguments member {T}.
Arguments fresh {T}.
Arguments explore {T}.

Lemma member_in {T} (same : T -> T -> bool) x l : member same x l = true -> exists y, In y l /\ same x y = true.
Proof. intros H. now apply existsb_exists in H. Qed.
