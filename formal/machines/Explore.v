(* A breadth-first search with fuel, one round for each length of words. It lists what it meets in the order of meeting.

   Most users check what it found, and need nothing proved of it. `Renumbered` proves that it meets everything. *)

From Coq Require Import List Bool.
Import ListNotations.

Section Explore.

Variables (T : Type) (same : T -> T -> bool) (follow : T -> list T).

Definition member (x : T) (l : list T) : bool := existsb (same x) l.

(* The elements of `new` that are not in `old`, each once. *)
Definition fresh (new old : list T) : list T :=
  fold_left (fun l x => if member x (old ++ l) then l else l ++ [x]) new [].

(* `queue` holds what was met in the last round, `found` all that was met before it. *)
Fixpoint explore (fuel : nat) (found queue : list T) : list T :=
  match fuel, queue with
  | O, _ => found ++ queue
  | _, [] => found
  | S fuel, _ => explore fuel (found ++ queue) (fresh (flat_map follow queue) (found ++ queue))
  end.

End Explore.

Arguments member {T}.
Arguments fresh {T}.
Arguments explore {T}.

Lemma member_in {T} (same : T -> T -> bool) x l : member same x l = true -> exists y, In y l /\ same x y = true.
Proof. intros H. now apply existsb_exists in H. Qed.
