(* The rule of regions for some words only. Where a node has no next node, the proof says nothing of what comes after. *)

From Coq Require Import ZArith Reals List Bool Arith Lra Lia.
From Interval Require Import Float.Sig.
From Anylength Require Import Machine Numbers Net Certificate Induction Regions SomeWords.
Import ListNotations.


Module SomeRegions (F : FloatOps with Definition sensible_format := true) (R : RegionsOf F).
Import R.
Open Scope nat_scope.

Section Check.
Variables (net : net) (M : machine) (C : certificate).

Definition goes_on (k : node) (s : nat) : bool := nth s (following k) (length (nodes C)) <? length (nodes C).
Definition check_some : bool := check_steps net M C goes_on.

Hypothesis checked : check_some = true.

Definition kept (w : list nat) (h : list R) : Prop :=
  speaks_of C w -> exists k, nth_error (nodes C) (node_after C w) = Some k /\ bounded_by net M C k w h.

Lemma kept_at_start : kept [] (map real_of (start_state net)).
Proof. intros _. exact (starting_node net M C _ checked). Qed.

Lemma kept_by_a_step w h s h' : kept w h -> s < symbols net -> speaks_of C (w ++ [s]) ->
  Forall2 (fun x y => Rabs (x - y) <= real_of (epsilon C))%R h' (next_state net s h) ->
  (exists k, nth_error (nodes C) (node_after C (w ++ [s])) = Some k /\ bounded_by net M C k (w ++ [s]) h') /\
  right_by_eta net M (real_of (eta C)) w s h'.
Proof.
  intros K S Sp D. destruct (K (speaks_of_beginnings _ _ _ Sp)) as (k & E & B). unfold speaks_of in Sp. rewrite node_after_snoc in *.
  unfold followed in *. rewrite E in *. assert (G : goes_on k s = true) by now apply Nat.ltb_lt.
  destruct (closing_step net M C _ checked k w h s h' (nth_error_In _ _ E) S G B D) as ((n & N & Bn) & R). split; auto.
  exists n. split; auto. rewrite <- N. f_equal. destruct (le_lt_dec (length (following k)) s) as [L|L].
  - rewrite nth_overflow in Sp by exact L. lia.
  - now apply nth_indep.
Qed.

Theorem always_kept_so_far w h : computes net (real_of (epsilon C)) w h -> kept w h.
Proof.
  induction 1 as [|w h s h' H IH S D]; [exact kept_at_start|]. intros Sp. now apply (kept_by_a_step w h s h').
Qed.

Theorem bounded_on_words w h : speaks_of C w -> computes net (real_of (epsilon C)) w h -> bounded_by_a_node net M C w h.
Proof.
  intros Sp H. destruct (always_kept_so_far w h H Sp) as (k & E & B). exists k. split; auto. now apply nth_error_In with (1 := E).
Qed.

Theorem right_on_words w s h : speaks_of C (w ++ [s]) -> computes net (real_of (epsilon C)) (w ++ [s]) h -> right_by_eta net M (real_of (eta C)) w s h.
Proof.
  intros Sp H. inversion H as [E|w' h' s' h'' H' S D E]; [destruct w; discriminate|].
  apply app_inj_tail in E. destruct E; subst. exact (proj2 (kept_by_a_step w h' s h (always_kept_so_far w h' H') S Sp D)).
Qed.

Theorem answers_on_words w s h : speaks_of C (w ++ [s]) -> computes net (real_of (epsilon C)) (w ++ [s]) h -> answers net s h (said M (after M w) s).
Proof.
  intros Sp H. destruct (right_on_words w s h Sp H) as [O G]. split; auto. intros c L N. specialize (G c L N).
  pose proof (eta_is_above_zero net M C _ checked). lra.
Qed.
End Check.
End SomeRegions.
