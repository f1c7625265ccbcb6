(* The induction over a word: what holds of the start, and is kept by every step, holds of all computed states. *)

From Coq Require Import Reals List Lra.
From Anylength Require Import Machine Numbers Net.
Import ListNotations.
Local Open Scope R_scope.

Section Induction.
Variables (net : net) (M : machine) (epsilon eta : R).

(* After w, and then s: the logit of what the machine says is larger than all others by eta. *)
Definition right_by_eta (w : list nat) (s : nat) (h : list R) : Prop :=
  let o := said M (after M w) s in
  (o < length (readout_weight net))%nat /\
  forall c, (c < length (readout_weight net))%nat -> c <> o -> eta <= logit net s h o - logit net s h c.

Variable kept : list nat -> list R -> Prop.
Hypothesis starts : kept [] (map real_of (start_state net)).
Hypothesis steps : forall w h s h', kept w h -> (s < symbols net)%nat ->
  Forall2 (fun x y => Rabs (x - y) <= epsilon) h' (next_state net s h) -> kept (w ++ [s]) h' /\ right_by_eta w s h'.

Theorem always_kept w h : computes net epsilon w h -> kept w h.
Proof. induction 1 as [|w h s h' H IH S D]; [exact starts | now apply (steps w h)]. Qed.

Theorem always_right w s h : computes net epsilon (w ++ [s]) h -> right_by_eta w s h.
Proof.
  intros H. inversion H as [E|w' h' s' h'' H' S D E]; [destruct w; discriminate|].
  apply app_inj_tail in E. destruct E; subst. now apply (steps w h'); [apply always_kept|..].
Qed.

Theorem always_answers w s h : 0 < eta -> computes net epsilon (w ++ [s]) h -> answers net s h (said M (after M w) s).
Proof. intros P H. destruct (always_right w s h H) as [O G]. split; auto. intros c L N. specialize (G c L N). lra. Qed.
End Induction.
