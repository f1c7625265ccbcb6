(* A machine with stacks of letters, as a certificate holds it: a row for each state, a column for each symbol and the letters on top. *)

From Coq Require Import List Arith Lia.
Import ListNotations.

Record stack_machine := {
  alphabet : nat;                          (* the symbols are the numbers below this *)
  letters : nat;                           (* so are the letters; 0 is the bottom *)
  stack_count : nat;
  initial : nat;
  moves : list (list nat);                 (* the next state *)
  actions : list (list (list nat));        (* for each stack 0: keep, 1: pop, or g + 1: push the letter g *)
  sayings : list (list (option nat))       (* what is said; None: any answer is right *)
}.

(* A state, and the stacks, each from its top down. *)
Definition configuration := (nat * list (list nat))%type.

Definition column (M : stack_machine) (s : nat) (tops : list nat) : nat :=
  s + alphabet M * fold_right (fun letter rest => letter + letters M * rest) 0 tops.
Definition cell {A : Type} (table : list (list A)) (q column : nat) (default : A) : A := nth column (nth q table []) default.

(* The letter on top. *)
Definition top (stack : list nat) : nat := hd 0 stack.
Definition tops (M : stack_machine) (stacks : list (list nat)) : list nat := map (fun k => top (nth k stacks [])) (seq 0 (stack_count M)).

Definition acted (action : nat) (stack : list nat) : list nat :=
  match action with
  | 0 => stack
  | 1 => tl stack
  | S letter => letter :: stack
  end.

Definition column_of (M : stack_machine) (c : configuration) (s : nat) : nat := column M s (tops M (snd c)).
Definition action (M : stack_machine) (q column k : nat) : nat := nth k (cell (actions M) q column []) 0.

(* What comes next when the symbol s is read, and what is said at that step. *)
Definition stack_next (M : stack_machine) (c : configuration) (s : nat) : configuration :=
  (cell (moves M) (fst c) (column_of M c s) 0,
   map (fun k => acted (action M (fst c) (column_of M c s) k) (nth k (snd c) [])) (seq 0 (stack_count M))).
Definition stack_said (M : stack_machine) (c : configuration) (s : nat) : option nat := cell (sayings M) (fst c) (column_of M c s) None.

(* All stacks start empty. *)
Definition at_rest (M : stack_machine) : configuration := (initial M, repeat [] (stack_count M)).
Definition stack_after (M : stack_machine) (w : list nat) : configuration := fold_left (stack_next M) w (at_rest M).

(* All that is said along a word. *)
Fixpoint stack_outputs_from (M : stack_machine) (c : configuration) (w : list nat) : list (option nat) :=
  match w with
  | [] => []
  | s :: rest => stack_said M c s :: stack_outputs_from M (stack_next M c s) rest
  end.
Definition stack_outputs (M : stack_machine) (w : list nat) : list (option nat) := stack_outputs_from M (at_rest M) w.

Lemma stack_after_snoc M w s : stack_after M (w ++ [s]) = stack_next M (stack_after M w) s.
Proof. unfold stack_after. now rewrite fold_left_app. Qed.

Lemma stack_outputs_length M w : forall c, length (stack_outputs_from M c w) = length w.
Proof. induction w as [|s w IH]; intros c; simpl; auto. Qed.

Lemma stack_outputs_nth M w s rest : forall c,
  nth (length w) (stack_outputs_from M c (w ++ s :: rest)) None = stack_said M (fold_left (stack_next M) w c) s.
Proof. induction w as [|t w IH]; intros c; simpl; [reflexivity | apply IH]. Qed.

Lemma stack_outputs_snoc M w s : forall c,
  stack_outputs_from M c (w ++ [s]) = stack_outputs_from M c w ++ [stack_said M (fold_left (stack_next M) w c) s].
Proof. induction w as [|t w IH]; intros c; simpl; [reflexivity | now rewrite IH]. Qed.
