(* Does a machine say 1 after exactly the words that a regular expression matches, and 0 after all others?

   A list of pairs is the proof: a state of the machine, and the set of expressions that matches the rests of all words
   accepted from there. *)

From Coq Require Import List Bool Arith Lia.
From Anylength Require Import Machine.
From Anylength.machines Require Import Tables Explore Regex Derivatives.
Import ListNotations.

Definition situation : Type := nat * list regex.

Definition same_situation (x y : situation) : bool := (fst x =? fst y) && same_set (snd x) (snd y).

Section Acceptor.

Variables (M : machine) (symbols : nat).

Definition step_situation (x : situation) (s : nat) : situation := (next M (fst x) s, set_derivative s (snd x)).

(* The machine says 1 exactly if what has been read may end here. *)
Definition says_right (x : situation) (s : nat) : bool :=
  said M (fst x) s =? (if set_nullable (snd (step_situation x s)) then 1 else 0).

Definition closed (situations : list situation) (x : situation) : bool :=
  forallb (fun s => says_right x s && member same_situation (step_situation x s) situations) (seq 0 symbols).

Definition accepts_by (r : regex) (situations : list situation) : bool :=
  member same_situation (start M, [r]) situations && forallb (closed situations) situations.

(* State q and the set l belong together. *)
Definition together (situations : list situation) (q : nat) (l : list regex) : Prop :=
  exists m, In (q, m) situations /\ forall w, set_matches l w <-> set_matches m w.

Lemma member_together situations q l : member same_situation (q, l) situations = true -> together situations q l.
Proof.
  intros H. destruct (member_in _ _ _ H) as ([p m] & P & E). unfold same_situation in E. cbn in E.
  rewrite andb_true_iff, Nat.eqb_eq in E. destruct E as [-> E]. exists m. split; [exact P|]. intros w. now apply same_set_right.
Qed.

Lemma closed_says situations w s : forallb (closed situations) situations = true -> over symbols (w ++ [s]) ->
  forall q l, together situations q l ->
  said M (fold_left (next M) w q) s = 1 /\ set_matches l (w ++ [s]) \/
  said M (fold_left (next M) w q) s = 0 /\ ~ set_matches l (w ++ [s]).
Proof.
  intros all. rewrite forallb_forall in all. induction w as [|t w IH]; intros W q l (m & P & E).
  - inversion_clear W as [|? ? S _]. specialize (all _ P). unfold closed in all. rewrite forallb_forall in all.
    specialize (all s). rewrite in_seq, andb_true_iff in all. destruct all as [says _]; [lia|].
    unfold says_right in says. rewrite Nat.eqb_eq in says. cbn [fst snd step_situation fold_left app] in *.
    rewrite E, <- set_derivative_right, <- set_nullable_right, says. destruct (set_nullable _); [now left | right].
    split; [reflexivity | discriminate].
  - inversion_clear W as [|? ? T W']. specialize (all _ P). unfold closed in all. rewrite forallb_forall in all.
    specialize (all t). rewrite in_seq, andb_true_iff in all. destruct all as [_ pair]; [lia|].
    cbn [fold_left app]. rewrite E, <- set_derivative_right. apply IH; [exact W'|]. now apply member_together in pair.
Qed.

(* The answer after every word of one symbol or more. *)
Lemma accepts_by_right r situations w : accepts_by r situations = true -> over symbols w -> w <> [] ->
  answer M w = 1 /\ matches r w \/ answer M w = 0 /\ ~ matches r w.
Proof.
  unfold accepts_by. rewrite andb_true_iff. intros [first all] W NE. destruct (exists_last NE) as (u & s & ->).
  rewrite answer_snoc, <- set_one. apply (closed_says situations); auto. now apply member_together.
Qed.

(* The situations that occur, found by search. `fuel` bounds the rounds, hence the length of the longest word tried. *)
Definition found_situations (fuel : nat) (r : regex) : list situation :=
  explore same_situation (fun x => map (step_situation x) (seq 0 symbols)) fuel [] [(start M, [r])].

Definition ROUNDS : nat := 1000.

Definition accepts_exactly (r : regex) : bool := accepts_by r (found_situations ROUNDS r).

(* Rocq shall unfold this name first when it compares terms, and not start the search. *)
Strategy expand [accepts_exactly].

(* The machine's last output is 1 exactly if r matches the word. *)
Theorem accepts_exactly_right r : accepts_exactly r = true ->
  forall w, over symbols w -> w <> [] -> (answer M w = 1 <-> matches r w).
Proof.
  intros C w W NE. destruct (accepts_by_right r (found_situations ROUNDS r) w C W NE) as [[-> R] | [-> R]]; clear C; split; easy.
Qed.

(* All other outputs are 0. *)
Theorem rejects_the_rest r : accepts_exactly r = true ->
  forall w, over symbols w -> w <> [] -> (answer M w = 0 <-> ~ matches r w).
Proof.
  intros C w W NE. destruct (accepts_by_right r (found_situations ROUNDS r) w C W NE) as [[-> R] | [-> R]]; clear C; split; easy.
Qed.

(* At every step the output speaks of the word read so far. *)
Theorem accepts_every_prefix r : accepts_exactly r = true -> forall u s v, over symbols (u ++ [s]) ->
  (nth (length u) (outputs M (u ++ s :: v)) 0 = 1 <-> matches r (u ++ [s])).
Proof.
  intros C u s v W. rewrite answer_of_prefix. apply accepts_exactly_right; auto. now destruct u.
Qed.

End Acceptor.
