(* Word problems of groups: at every step the product of the permutations read so far, or the sum modulo N of the numbers.

   A permutation of n points is the list of the images of 0, 1, ..., n - 1. The left factor is applied first. *)

From Coq Require Import List Bool Arith Lia.
From Anylength Require Import Machine.
From Anylength.machines Require Import Tables Explore.
Import ListNotations.

Definition permutation : Type := list nat.

Definition identity (n : nat) : permutation := seq 0 n.
Definition image (p : permutation) (i : nat) : nat := nth i p 0.
Definition compose (p q : permutation) : permutation := map (image q) p.

(* Each of the points 0, 1, ..., n - 1 is an image once. *)
Definition permutes (n : nat) (p : permutation) : Prop := length p = n /\ NoDup p /\ forall i, In i p -> i < n.

(* The product takes i to q(p(i)). *)
Theorem compose_image n p q i : permutes n p -> i < n -> image (compose p q) i = image q (image p i).
Proof.
  intros (L & _) I. unfold compose, image. rewrite (nth_indep _ 0 (nth 0 q 0)) by (rewrite length_map; lia).
  exact (map_nth (fun i => nth i q 0) p 0 i).
Qed.

(* The product of a list of permutations, from the left. *)
Definition product (n : nat) (factors : list permutation) : permutation := fold_left compose factors (identity n).

(* The products of the first one, the first two, ... of them. *)
Definition products (n : nat) (factors : list permutation) : list permutation :=
  map (fun k => product n (firstn k factors)) (seq 1 (length factors)).

Fixpoint products_from (p : permutation) (factors : list permutation) : list permutation :=
  match factors with
  | [] => []
  | f :: rest => compose p f :: products_from (compose p f) rest
  end.

Lemma products_from_first factors : forall p,
  products_from p factors = map (fun k => fold_left compose (firstn k factors) p) (seq 1 (length factors)).
Proof.
  induction factors as [|f rest IH]; intros p; [reflexivity|].
  cbn [products_from length seq map firstn fold_left]. f_equal. rewrite IH, <- (seq_shift (length rest) 1), map_map. reflexivity.
Qed.

(* What can be computed of permutations *)

Definition same (p q : permutation) : bool := if list_eq_dec Nat.eq_dec p q then true else false.

Lemma same_eq p q : same p q = true -> p = q.
Proof. unfold same. now destruct (list_eq_dec Nat.eq_dec p q). Qed.

Lemma same_refl p : same p p = true.
Proof. unfold same. now destruct (list_eq_dec Nat.eq_dec p p). Qed.

Fixpoint distinct {T} (alike : T -> T -> bool) (l : list T) : bool :=
  match l with
  | [] => true
  | x :: rest => negb (existsb (alike x) rest) && distinct alike rest
  end.

Lemma distinct_right {T} (alike : T -> T -> bool) l : (forall x, alike x x = true) -> distinct alike l = true -> NoDup l.
Proof.
  intros reflexive. induction l as [|x l IH]; cbn [distinct]; [constructor|].
  rewrite andb_true_iff, negb_true_iff. intros [new rest]. constructor; [|now apply IH].
  intros I. apply not_true_iff_false in new. apply new, existsb_exists. now exists x.
Qed.

Definition permuting (n : nat) (p : permutation) : bool :=
  (length p =? n) && distinct Nat.eqb p && forallb (fun i => i <? n) p.

Lemma permuting_right n p : permuting n p = true -> permutes n p.
Proof.
  unfold permuting. rewrite !andb_true_iff, Nat.eqb_eq, forallb_forall. intros [[L D] all]. repeat split; [exact L| |].
  - now apply distinct_right in D; [|apply Nat.eqb_refl].
  - intros i I. apply Nat.ltb_lt. now apply all.
Qed.

Section Products.

(* The machine; how many points there are; the permutation of each output and of each symbol. *)
Variables (M : machine) (n : nat) (names factors : list permutation).

Definition factor (s : nat) : permutation := nth s factors [].
Definition name (answer : nat) : permutation := nth answer names [].

(* A state of the machine, and the product of what has been read there. *)
Definition reached : Type := nat * permutation.
Definition same_pair (x y : reached) : bool := (fst x =? fst y) && same (snd x) (snd y).
Definition step_pair (x : reached) (s : nat) : reached := (next M (fst x) s, compose (snd x) (factor s)).

(* From here every symbol leads to a pair of the list, and the output is the name of its product. *)
Definition closed (pairs : list reached) (x : reached) : bool :=
  forallb (fun s => same (name (said M (fst x) s)) (compose (snd x) (factor s)) && member same_pair (step_pair x s) pairs)
    (seq 0 (length factors)).

Definition found_pairs : list reached :=
  explore same_pair (fun x => map (step_pair x) (seq 0 (length factors))) (length (delta M)) [] [(start M, identity n)].

Definition closes (pairs : list reached) : bool := member same_pair (start M, identity n) pairs && forallb (closed pairs) pairs.

(* Names and factors are permutations of n points, no two names are alike, and the machine writes the products. *)
Definition products_of : bool :=
  forallb (permuting n) names && forallb (permuting n) factors && distinct same names && closes found_pairs.

Lemma member_pair x pairs : member same_pair x pairs = true -> In x pairs.
Proof.
  intros H. destruct (member_in _ _ _ H) as ([r p] & P & E). destruct x as [q o]. unfold same_pair in E. cbn in E.
  rewrite andb_true_iff, Nat.eqb_eq in E. destruct E as [-> E]. now apply same_eq in E as ->.
Qed.

Lemma closed_outputs pairs w : forallb (closed pairs) pairs = true -> over (length factors) w -> forall q p, In (q, p) pairs ->
  map name (outputs_from M q w) = products_from p (map factor w).
Proof.
  intros all. induction 1 as [|s w S _ IH]; intros q p P; [reflexivity|].
  rewrite forallb_forall in all. specialize (all _ P). unfold closed in all. rewrite forallb_forall in all.
  specialize (all s). rewrite in_seq, andb_true_iff in all. destruct all as [named pair]; [lia|].
  cbn [outputs_from map products_from]. f_equal; [now apply same_eq|]. apply IH. now apply member_pair.
Qed.

Hypothesis checked : products_of = true.

(* For every word: the outputs are the names of the products of the permutations read so far. *)
Theorem products_right w : over (length factors) w -> map name (outputs M w) = products n (map factor w).
Proof.
  unfold products_of, closes in checked. rewrite !andb_true_iff in checked. destruct checked as [_ [first all]].
  intros W. unfold products, product. rewrite <- products_from_first. apply (closed_outputs found_pairs); auto.
  now apply member_pair.
Qed.

(* A name belongs to one output, and it is a permutation, as each factor is. *)
Theorem names_right : NoDup names /\ Forall (permutes n) names /\ Forall (permutes n) factors.
Proof.
  unfold products_of in checked. rewrite !andb_true_iff, !forallb_forall in checked.
  destruct checked as [[[N F] D] _]. rewrite !Forall_forall. apply distinct_right in D; [|exact same_refl].
  split; [exact D|]. split; intros p P; apply permuting_right; auto.
Qed.

End Products.

(* Sums: the tasks `z-N` and `z-N-generator`. Symbol s stands for the number `nth s values 0`. *)

Definition sums (N : nat) (values : list nat) : machine :=
  by_rule N (length values) 0 (fun q s => (q + nth s values 0) mod N) (fun q s => (q + nth s values 0) mod N).

Definition total (values w : list nat) : nat := list_sum (map (fun s => nth s values 0) w).

Lemma sums_from N values w : 1 <= N -> over (length values) w -> forall q, q < N ->
  outputs_from (sums N values) q w = map (fun k => (q + total values (firstn k w)) mod N) (seq 1 (length w)).
Proof.
  intros P. induction 1 as [|s w S _ IH]; intros q Q; [reflexivity|].
  cbn [outputs_from length seq map]. unfold sums at 1 3. rewrite next_by_rule, said_by_rule by assumption.
  f_equal; [unfold total; cbn; f_equal; lia|]. rewrite IH by (apply Nat.mod_upper_bound; lia).
  rewrite <- (seq_shift (length w) 1), map_map. apply map_ext. intros k. unfold total. cbn [firstn map list_sum fold_right].
  rewrite Nat.Div0.add_mod_idemp_l. f_equal. unfold list_sum. lia.
Qed.

(* For every word: the outputs are the sums modulo N of the numbers read so far. *)
Theorem sums_outputs N values w : 1 <= N -> over (length values) w ->
  outputs (sums N values) w = map (fun k => total values (firstn k w) mod N) (seq 1 (length w)).
Proof. intros P W. apply sums_from; auto. Qed.
