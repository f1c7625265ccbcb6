(* What it means that a net computed in binary32 always writes a word. *)

From Coq Require Import List Arith.
From Anylength Require Import Machine Net Answers Storage Machine32.
Import ListNotations.

(* A machine that computes in binary32, and stores in the format f, reads the word w and writes `out`, one answer for each symbol, however it rounds and in whatever order it
   sums. It can always go on (something_runs32), and it always says something (something_is_said). *)
Definition always_writes32 (f : format) (net : net) (w out : list nat) : Prop :=
  length out = length w /\
  forall before s rest, w = before ++ s :: rest ->
  forall h o, runs32 f net (before ++ [s]) h -> says32 f net s h o -> o = nth (length before) out 0.

Lemma writes_on_words32 f net M (spoken_of : list nat -> Prop) : (forall w s, spoken_of (w ++ [s]) -> spoken_of w) ->
  (forall w s h o, spoken_of (w ++ [s]) -> runs32 f net (w ++ [s]) h -> says32 f net s h o -> o = said M (after M w) s) ->
  forall w, spoken_of w -> always_writes32 f net w (outputs M w).
Proof.
  intros B H w Sp. split; [apply outputs_from_length|]. intros before s rest -> h o R S. rewrite outputs_nth. apply H with h; auto.
  now apply (beginnings _ B) with rest.
Qed.

Lemma writes_what_the_machine_says32 f net M :
  (forall w s h o, runs32 f net (w ++ [s]) h -> says32 f net s h o -> o = said M (after M w) s) ->
  forall w, always_writes32 f net w (outputs M w).
Proof. intros H w. apply (writes_on_words32 f net M (fun _ => True)); eauto. Qed.
