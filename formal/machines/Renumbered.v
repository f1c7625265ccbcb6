(* The same machine with its states in the order in which words meet them, without those that no word meets.
   So Python numbers the carries of `multiply-K` and `collatz`. *)

From Coq Require Import List Bool Arith NArith ZArith Permutation Lia.
From Anylength Require Import Machine.
From Anylength.machines Require Import Tables Digits Affine Explore.
Import ListNotations.

(* The search meets all *)

Section Search.

Variables (Q : nat) (follow : nat -> list nat).
Hypothesis inside : forall q, q < Q -> over Q (follow q).

Lemma member_nat x l : member Nat.eqb x l = true <-> In x l.
Proof.
  unfold member. rewrite existsb_exists. split; [intros (y & Y & E); apply Nat.eqb_eq in E as ->; exact Y|].
  intros X. exists x. now rewrite Nat.eqb_refl.
Qed.

(* What `fresh` adds is new, and nothing is left out. *)
Lemma fresh_right new : forall old l, NoDup (old ++ l) ->
  let after := fold_left (fun l x => if member Nat.eqb x (old ++ l) then l else l ++ [x]) new l in
  NoDup (old ++ after) /\ incl l after /\ incl new (old ++ after) /\ incl after (l ++ new).
Proof.
  induction new as [|x new IH]; intros old l D; cbn [fold_left].
  - rewrite app_nil_r. repeat split; auto using incl_refl. easy.
  - destruct (member Nat.eqb x (old ++ l)) eqn:X.
    + destruct (IH old l D) as (D' & L & N & R). repeat split; auto.
      * intros y [<- | Y]; [|now apply N]. apply member_nat in X. apply in_app_iff in X. apply in_app_iff. intuition.
      * intros y Y. apply R, in_app_iff in Y. apply in_app_iff. cbn. intuition.
    + assert (D1 : NoDup (old ++ l ++ [x])).
      { rewrite app_assoc. apply (Permutation_NoDup (l := x :: old ++ l)); [apply Permutation_cons_append|].
        constructor; [|exact D]. rewrite <- member_nat. congruence. }
      destruct (IH old (l ++ [x]) D1) as (D' & L & N & R). repeat split; auto.
      * intros y Y. apply L, in_app_iff. now left.
      * intros y [<- | Y]; [|now apply N]. apply in_app_iff. right. apply L, in_app_iff. right. now left.
      * intros y Y. apply R in Y. rewrite <- app_assoc in Y. exact Y.
Qed.

Definition closed (l : list nat) : Prop := forall x, In x l -> incl (follow x) l.

Lemma explore_closed fuel : forall found queue, NoDup (found ++ queue) -> over Q (found ++ queue) ->
  (forall x, In x found -> incl (follow x) (found ++ queue)) -> Q <= fuel + length found ->
  let all := explore Nat.eqb follow fuel found queue in closed all /\ incl (found ++ queue) all /\ over Q all.
Proof.
  assert (no_more : forall found queue, NoDup (found ++ queue) -> over Q (found ++ queue) -> Q <= length found -> queue = []).
  { intros found queue D O L. apply NoDup_incl_length with (l' := seq 0 Q) in D.
    - rewrite length_app, length_seq in D. destruct queue; [reflexivity | cbn in D; lia].
    - intros x X. apply in_seq. apply (proj1 (Forall_forall _ _) O) in X. lia. }
  induction fuel as [|fuel IH]; intros found queue D O C L; cbn [explore].
  - assert (queue = []) as -> by (apply (no_more found); auto). rewrite app_nil_r in *. repeat split; auto using incl_refl.
  - destruct queue as [|x queue]; [rewrite app_nil_r in *; repeat split; auto using incl_refl|]. set (last := x :: queue) in *.
    pose proof (fresh_right (flat_map follow last) (found ++ last) []) as F. rewrite app_nil_r in F.
    destruct (F D) as (D' & _ & N & R). fold (fresh Nat.eqb (flat_map follow last) (found ++ last)) in *. cbn [app] in R.
    set (new := fresh Nat.eqb (flat_map follow last) (found ++ last)) in *.
    assert (O' : over Q ((found ++ last) ++ new)).
    { apply over_app; [exact O|]. apply Forall_forall. intros y Y. apply R, in_flat_map in Y as (z & Z & Y).
      apply (proj1 (Forall_forall _ _) (inside z ltac:(apply (proj1 (Forall_forall _ _) O), in_app_iff; now right)) y Y). }
    destruct (IH (found ++ last) new) as (A1 & A2 & A3); auto.
    + intros y Y. apply in_app_iff in Y as [Y | Y].
      * intros z Z. apply in_app_iff. left. now apply (C y).
      * intros z Z. apply N, in_flat_map. eauto.
    + rewrite length_app. subst last. cbn [length]. lia.
    + repeat split; auto. intros y Y. apply A2, in_app_iff. now left.
Qed.

End Search.

(* The machine *)

Definition met (M : machine) (A : nat) : list nat :=
  explore Nat.eqb (fun q => map (next M q) (seq 0 A)) (length (delta M)) [] [start M].

Fixpoint place (q : nat) (l : list nat) : nat :=
  match l with
  | [] => 0
  | p :: l => if p =? q then 0 else S (place q l)
  end.

Definition renumbered (A : nat) (M : machine) : machine :=
  let states := met M A in
  by_rule (length states) A (place (start M) states)
    (fun i s => place (next M (nth i states 0) s) states) (fun i s => said M (nth i states 0) s).

Lemma place_right q l : In q l -> place q l < length l /\ nth (place q l) l 0 = q.
Proof.
  induction l as [|p l IH]; [easy|]. cbn. destruct (Nat.eqb_spec p q) as [-> | other]; [intros; split; [lia | reflexivity]|].
  intros [-> | Q]; [easy|]. destruct (IH Q). split; [lia | assumption].
Qed.

Lemma renumbered_step A M q s : In q (met M A) -> s < A ->
  said (renumbered A M) (place q (met M A)) s = said M q s /\
  next (renumbered A M) (place q (met M A)) s = place (next M q s) (met M A).
Proof.
  intros I H. destruct (place_right q _ I) as [L E]. unfold renumbered. cbv zeta.
  now rewrite said_by_rule, next_by_rule, E by assumption.
Qed.

(* A machine whose states are the rows of its table. *)
Definition complete (M : machine) (A : nat) : Prop :=
  start M < length (delta M) /\ forall q s, q < length (delta M) -> s < A -> next M q s < length (delta M).

Lemma by_rule_complete Q A first move say : first < Q -> (forall q s, q < Q -> s < A -> move q s < Q) ->
  complete (by_rule Q A first move say) A.
Proof.
  intros F H. assert (length (delta (by_rule Q A first move say)) = Q) as L.
  { cbn. unfold table. now rewrite length_map, length_seq. }
  split; rewrite L; [exact F|]. intros q s S T. rewrite next_by_rule by assumption. now apply H.
Qed.

(* The new numbers change nothing that is said. *)
Theorem renumbered_outputs A M w : complete M A -> over A w -> outputs (renumbered A M) w = outputs M w.
Proof.
  intros [first inside] W.
  destruct (explore_closed (length (delta M)) (fun q => map (next M q) (seq 0 A))) with
    (fuel := length (delta M)) (found := @nil nat) (queue := [start M]) as (C & S & _); cbn [app].
  - intros q H. apply Forall_forall. intros x X. apply in_map_iff in X as (s & <- & X). apply in_seq in X. apply inside; lia.
  - constructor; [easy | constructor].
  - now constructor.
  - easy.
  - lia.
  - fold (met M A) in C, S. unfold outputs.
    assert (In (start M) (met M A)) as I by (apply S; now left). change (start (renumbered A M)) with (place (start M) (met M A)).
    generalize dependent (start M). intros q _ _ I. revert q I.
    induction W as [|s w H _ IH]; intros q I; [reflexivity|]. cbn [outputs_from].
    destruct (renumbered_step A M q s I H) as [-> ->]. f_equal. apply IH.
    apply (C q I). apply in_map_iff. exists s. split; [reflexivity | apply in_seq; lia].
Qed.

Lemma affine_complete K constant b : constant < K -> 1 <= b -> complete (affine K constant b) b.
Proof.
  intros C B. apply by_rule_complete; [exact C|]. intros q s Q S.
  destruct (affine_carries K constant b B q s Q S) as [H _]. unfold affine in H. now rewrite next_by_rule in H.
Qed.

(* So Python's own tables multiply by K, and compute 3 n + 1. *)
Theorem renumbered_multiply K b w : 1 <= K -> 1 <= b -> over b w ->
  outputs (renumbered b (multiply K b)) w = outputs (multiply K b) w.
Proof. intros P B W. apply renumbered_outputs; [now apply affine_complete | exact W]. Qed.

Theorem renumbered_collatz b w : 1 <= b -> over b w ->
  outputs (renumbered b (collatz b)) w = outputs (collatz b) w.
Proof. intros B W. apply renumbered_outputs; [apply affine_complete; lia | exact W]. Qed.
