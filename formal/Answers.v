(* What it means that a net writes a word, and that it always does. *)

From Coq Require Import Reals List Arith Lia.
From Anylength Require Import Machine Numbers Net.
Import ListNotations.

(* The net reads the word w and writes `out`, one answer for each symbol, whichever states it computes with errors of up to epsilon.
   There always are such states (something_is_computed), and a state never gives two answers (only_one_answer). *)
Definition always_writes (net : net) (epsilon : R) (w out : list nat) : Prop :=
  length out = length w /\
  forall before s rest, w = before ++ s :: rest ->
  forall h, computes net epsilon (before ++ [s]) h -> answers net s h (nth (length before) out 0).

(* A proof may speak of some words only, and with a word of all its beginnings. *)
Lemma beginnings (spoken_of : list nat -> Prop) : (forall w s, spoken_of (w ++ [s]) -> spoken_of w) ->
  forall before s rest, spoken_of (before ++ s :: rest) -> spoken_of (before ++ [s]).
Proof.
  intros B before s rest. induction rest as [|t rest IH] using rev_ind; auto.
  intros H. apply IH, (B _ t). now rewrite <- app_assoc.
Qed.

Lemma writes_on_words net M epsilon (spoken_of : list nat -> Prop) : (forall w s, spoken_of (w ++ [s]) -> spoken_of w) ->
  (forall w s h, spoken_of (w ++ [s]) -> computes net epsilon (w ++ [s]) h -> answers net s h (said M (after M w) s)) ->
  forall w, spoken_of w -> always_writes net epsilon w (outputs M w).
Proof.
  intros B H w Sp. split; [apply outputs_from_length|]. intros before s rest -> h C. rewrite outputs_nth. apply H; auto.
  now apply (beginnings _ B) with rest.
Qed.

Lemma writes_what_the_machine_says net M epsilon :
  (forall w s h, computes net epsilon (w ++ [s]) h -> answers net s h (said M (after M w) s)) ->
  forall w, always_writes net epsilon w (outputs M w).
Proof. intros H w. apply (writes_on_words net M epsilon (fun _ => True)); auto. Qed.
