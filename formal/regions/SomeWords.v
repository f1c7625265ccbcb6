(* Proofs about some words only: those of a number of symbols at most, or those that an automaton reads. *)

From Coq Require Import List Bool Arith NArith Lia.
From Anylength Require Import Machine Certificate.
From Anylength Require Import machines.Tables.
Import ListNotations.

Section Paths.
Variable C : certificate.

(* The number of the node that follows under a symbol; the number of all nodes where there is none. *)
Definition followed (k s : nat) : nat :=
  match nth_error (nodes C) k with
  | Some n => nth s (following n) (length (nodes C))
  | None => length (nodes C)
  end.
Definition node_after (w : list nat) : nat := fold_left followed w (first C).

(* The proof speaks of the words along which no next node is missing. *)
Definition speaks_of (w : list nat) : Prop := node_after w < length (nodes C).

Lemma node_after_snoc w s : node_after (w ++ [s]) = followed (node_after w) s.
Proof. apply fold_left_app. Qed.

Lemma speaks_of_beginnings w s : speaks_of (w ++ [s]) -> speaks_of w.
Proof.
  unfold speaks_of. rewrite node_after_snoc. unfold followed. destruct (nth_error (nodes C) (node_after w)) eqn:E; [|lia].
  intros _. apply nth_error_Some. congruence.
Qed.

(* Words over `symbols` symbols. *)
Variable symbols : nat.
Definition at_every_step (test : nat -> nat -> bool) : bool :=
  forallb (fun k => forallb (test k) (seq 0 symbols)) (seq 0 (length (nodes C))).

Lemma at_every_step_correct test k s : at_every_step test = true -> k < length (nodes C) -> s < symbols -> test k s = true.
Proof.
  unfold at_every_step. rewrite forallb_forall. intros H K S. specialize (H k ltac:(apply in_seq; lia)).
  rewrite forallb_forall in H. apply H, in_seq. lia.
Qed.

(* Words of at most `most` symbols: each node has a number, no larger than that of symbols on any way to it from the start. *)
Definition short_words (most : N) (steps : list N) : bool :=
  let of_node k := nth k steps 0%N in
  (first C <? length (nodes C)) && (of_node (first C) =? 0)%N &&
  at_every_step (fun k s =>
    if followed k s <? length (nodes C) then (of_node (followed k s) <=? of_node k + 1)%N else (most <=? of_node k)%N).

Theorem speaks_of_short_words most steps : short_words most steps = true ->
  forall w, over symbols w -> (N.of_nat (length w) <= most)%N -> speaks_of w.
Proof.
  intros H. unfold short_words in H. rewrite !andb_true_iff in H. destruct H as [[H1 H2] H3]. apply Nat.ltb_lt in H1. apply N.eqb_eq in H2.
  intros w O L. enough (G : speaks_of w /\ (nth (node_after w) steps 0 <= N.of_nat (length w))%N) by apply G.
  induction w as [|s w IH] using rev_ind; [split; [exact H1 | cbn; lia]|].
  rewrite length_app in *. cbn [length] in *. apply Forall_app in O. destruct O as [O S]. inversion S; subst.
  destruct (IH O ltac:(lia)) as [Sp D]. pose proof (at_every_step_correct _ _ s H3 Sp ltac:(assumption)) as T. cbv beta in T.
  unfold speaks_of. rewrite node_after_snoc. destruct (followed (node_after w) s <? length (nodes C)) eqn:G.
  - apply Nat.ltb_lt in G. apply N.leb_le in T. split; auto. lia.
  - apply N.leb_le in T. lia.
Qed.

(* Words that an automaton reads: a row of its table has for each symbol the next state, and the number of states where it reads no further. *)
Definition state_after (table : list (list nat)) (w : list nat) : nat := fold_left (fun q s => nth s (nth q table []) (length table)) w 0.
Definition reads (table : list (list nat)) (w : list nat) : Prop := state_after table w < length table.

Lemma reads_beginnings table w s : reads table (w ++ [s]) -> reads table w.
Proof.
  unfold reads, state_after. rewrite fold_left_app. cbn [fold_left]. fold (state_after table w). intros H.
  destruct (le_lt_dec (length table) (state_after table w)) as [L|L]; auto. rewrite (nth_overflow table) in H by exact L. destruct s; cbn in H; lia.
Qed.

Definition words_of (table : list (list nat)) (states : list nat) : bool :=
  let of_node k := nth k states (length table) in
  (first C <? length (nodes C)) && (of_node (first C) =? 0) &&
  at_every_step (fun k s =>
    let q := nth s (nth (of_node k) table []) (length table) in
    negb (q <? length table) || (followed k s <? length (nodes C)) && (of_node (followed k s) =? q)).

Theorem speaks_of_words_of table states : words_of table states = true -> forall w, over symbols w -> reads table w -> speaks_of w.
Proof.
  intros H. unfold words_of in H. rewrite !andb_true_iff in H. destruct H as [[H1 H2] H3]. apply Nat.ltb_lt in H1. apply Nat.eqb_eq in H2.
  intros w O R. enough (G : speaks_of w /\ nth (node_after w) states (length table) = state_after table w) by apply G.
  induction w as [|s w IH] using rev_ind; [split; [exact H1 | exact H2]|].
  apply Forall_app in O. destruct O as [O S]. inversion S; subst. destruct (IH O (reads_beginnings _ _ _ R)) as [Sp D].
  pose proof (at_every_step_correct _ _ s H3 Sp ltac:(assumption)) as T. cbv beta zeta in T. rewrite D in T.
  unfold reads, state_after in *. rewrite fold_left_app in *. cbn [fold_left] in *. fold (state_after table w) in *.
  apply Nat.ltb_lt in R. unfold speaks_of. rewrite node_after_snoc. rewrite R in T. cbn [negb orb] in T.
  apply andb_true_iff in T. destruct T as [T1 T2]. apply Nat.ltb_lt in T1. apply Nat.eqb_eq in T2. auto.
Qed.
End Paths.

(* A proof by ellipsoids without the ellipsoids: its errors, its margin, and which node follows which. *)
Definition bare (C : ellipsoid_certificate) : certificate := {|
  cut := [];
  first := entry_node C;
  nodes := map (fun k => {| of_state := state_of k; region := []; following := followers k |}) (ellipsoid_nodes C);
  epsilon := noise C;
  eta := margin C
|}.
