(* Do two machines say the same on every word? A list of pairs of states is the proof: it holds the two starts, and from each
   pair every symbol is answered alike and leads to a pair of the list. *)

From Coq Require Import List Bool Arith Lia.
From Anylength Require Import Machine.
From Anylength.machines Require Import Tables Explore.
Import ListNotations.

Definition same_pair (x y : nat * nat) : bool := (fst x =? fst y) && (snd x =? snd y).

Lemma same_pair_eq x y : same_pair x y = true -> x = y.
Proof.
  destruct x, y. unfold same_pair. cbn. rewrite andb_true_iff, !Nat.eqb_eq. intros [-> ->]. reflexivity.
Qed.

Section Equivalent.

Variables (M1 M2 : machine) (symbols : nat).

Definition step_pair (pair : nat * nat) (s : nat) : nat * nat := (next M1 (fst pair) s, next M2 (snd pair) s).

Definition alike (pairs : list (nat * nat)) (pair : nat * nat) : bool :=
  forallb (fun s => (said M1 (fst pair) s =? said M2 (snd pair) s) && member same_pair (step_pair pair s) pairs) (seq 0 symbols).

Definition same_outputs (pairs : list (nat * nat)) : bool :=
  member same_pair (start M1, start M2) pairs && forallb (alike pairs) pairs.

Lemma member_pair pair pairs : member same_pair pair pairs = true -> In pair pairs.
Proof. intros H. destruct (member_in _ _ _ H) as (y & Y & E). apply same_pair_eq in E as ->. exact Y. Qed.

Lemma alike_outputs pairs w : forallb (alike pairs) pairs = true -> over symbols w -> forall p q, In (p, q) pairs ->
  outputs_from M1 p w = outputs_from M2 q w.
Proof.
  intros closed. induction 1 as [|s w S _ IH]; intros p q P; [reflexivity|].
  rewrite forallb_forall in closed. specialize (closed _ P). unfold alike in closed. rewrite forallb_forall in closed.
  specialize (closed s). rewrite in_seq, andb_true_iff, Nat.eqb_eq in closed. destruct closed as [said_same pair]; [lia|].
  cbn [outputs_from]. f_equal; [exact said_same|]. apply IH. now apply member_pair.
Qed.

Theorem same_outputs_right pairs : same_outputs pairs = true -> forall w, over symbols w -> outputs M1 w = outputs M2 w.
Proof.
  unfold same_outputs. rewrite andb_true_iff. intros [first closed] w W.
  apply (alike_outputs pairs w closed W). now apply member_pair.
Qed.

(* The pairs that occur, found by search. *)
Definition found_pairs : list (nat * nat) :=
  explore same_pair (fun pair => map (step_pair pair) (seq 0 symbols))
    (length (delta M1) * length (delta M2)) [] [(start M1, start M2)].

Definition equivalent : bool := same_outputs found_pairs.

(* A machine's table is proved equal to another one by computing `equivalent`. *)
Theorem equivalent_right : equivalent = true -> forall w, over symbols w -> outputs M1 w = outputs M2 w.
Proof. apply same_outputs_right. Qed.

End Equivalent.
