(* Two kinds of numbers agree if each operation keeps a relation between them. Then every program keeps it, too. *)

From Coq Require Import ZArith List Arith Lia.
From Anylength Require Import Numbers Program.
Import ListNotations.

Section Lists.
Variables (A B : Type) (rel : A -> B -> Prop).

Lemma related_nth a b : Forall2 rel a b -> forall x y, rel x y -> forall k, rel (nth k a x) (nth k b y).
Proof. induction 1; intros x' y' H' [|k]; simpl; auto. Qed.

Lemma related_firstn a b : Forall2 rel a b -> forall n, Forall2 rel (firstn n a) (firstn n b).
Proof. induction 1; intros [|n]; simpl; auto. Qed.

Lemma related_skipn a b : Forall2 rel a b -> forall n, Forall2 rel (skipn n a) (skipn n b).
Proof. induction 1; intros [|n]; simpl; auto. Qed.

Lemma related_repeat x y : rel x y -> forall n, Forall2 rel (repeat x n) (repeat y n).
Proof. intros H n; induction n; simpl; auto. Qed.

Lemma related_map {C D : Type} (r : C -> D -> Prop) f g :
  (forall x y, r x y -> rel (f x) (g y)) -> forall a b, Forall2 r a b -> Forall2 rel (map f a) (map g b).
Proof. intros H a b F; induction F; simpl; auto. Qed.

Lemma related_same_map {C : Type} f g : (forall x : C, rel (f x) (g x)) -> forall l, Forall2 rel (map f l) (map g l).
Proof. intros H l; induction l; simpl; auto. Qed.

Lemma related_last a b : Forall2 rel a b -> forall x y, rel x y -> rel (last a x) (last b y).
Proof. induction 1 as [|p q a b H F IH]; intros x y K; simpl; auto. inversion F; subst; auto. Qed.

Lemma related_append a b : Forall2 rel a b -> forall c d, Forall2 rel c d -> Forall2 rel (a ++ c) (b ++ d).
Proof. intros; now apply Forall2_app. Qed.
End Lists.

Lemma related_length {A B : Type} (rel : A -> B -> Prop) a b : Forall2 rel a b -> length a = length b.
Proof. apply Forall2_length. Qed.

Section Agreement.
Variables (M N : numbers) (rel : M -> N -> Prop).

Record agreement := {
  exactly_related : forall d, rel (exactly d) (exactly d);
  apply2_related : forall f x x' y y', rel x x' -> rel y y' -> rel (apply2 f x y) (apply2 f x' y');
  apply1_related : forall f x x', rel x x' -> rel (apply1 f x) (apply1 f x');
  lerp_related : forall z z' a a' b b', rel z z' -> rel a a' -> rel b b' -> rel (lerp z a b) (lerp z' a' b');
  divided_related : forall x x' n, rel x x' -> rel (divided x n) (divided x' n);
  normalized_related : forall x x' s s' n e e', rel x x' -> rel s s' -> rel e e' ->
    rel (normalized x s n e) (normalized x' s' n e')
}.

Hypothesis agree : agreement.
Notation related := (Forall2 rel).

Lemma zero_related : rel zero zero.
Proof. apply exactly_related, agree. Qed.

Lemma total_related a b : related a b -> rel (total a) (total b).
Proof. induction 1; simpl; [apply zero_related | now apply apply2_related]. Qed.

Lemma dot_related r r' : related r r' -> forall c c', related c c' -> rel (dot r c) (dot r' c').
Proof.
  induction 1 as [|w w' r r' W F IH]; intros c c' C; simpl; [apply zero_related|].
  destruct C as [|x x' c c' X C]; [apply zero_related|].
  apply apply2_related; auto. now apply apply2_related.
Qed.

Lemma map2_related f a b : related a b -> forall c d, related c d -> related (map2 (apply2 f) a c) (map2 (apply2 f) b d).
Proof.
  induction 1; intros c d C; destruct C; simpl; auto. constructor; auto. now apply apply2_related.
Qed.

Lemma map3_related z z' : related z z' -> forall a a', related a a' -> forall b b', related b b' ->
  related (map3 lerp z a b) (map3 lerp z' a' b').
Proof.
  induction 1; intros a a' A b b' B; destruct A; simpl; auto. destruct B; simpl; auto.
  constructor; auto. now apply lerp_related.
Qed.

Definition paired (x : M * list M) (y : N * list N) : Prop := rel (fst x) (fst y) /\ related (snd x) (snd y).

Lemma each_related a b : related a b -> forall p q, related p q -> Forall2 paired (each_with_others p a) (each_with_others q b).
Proof.
  induction 1 as [|x y a b X F IH]; intros p q P; simpl; auto. constructor.
  - split; simpl; auto. now apply Forall2_app.
  - apply IH. apply Forall2_app; auto.
Qed.

Lemma rows_related n columns : forall a b, related a b -> Forall2 related (rows_of n columns a) (rows_of n columns b).
Proof.
  induction n; intros a b H; simpl; constructor; [now apply related_firstn | apply IHn; now apply related_skipn].
Qed.

Lemma concat_related a b : Forall2 related a b -> related (concat a) (concat b).
Proof. induction 1; simpl; auto. now apply Forall2_app. Qed.

Lemma squares_related a b : related a b -> related (map (apply1 Square) a) (map (apply1 Square) b).
Proof. apply related_map. intros; now apply apply1_related. Qed.

(* One instruction, whose weights are written as numbers m 2^e. *)
Lemma execute_related symbol symbol' state state' values values' i :
  related symbol symbol' -> related state state' -> Forall2 related values values' ->
  related (execute symbol state values (with_weights exactly i)) (execute symbol' state' values' (with_weights exactly i)).
Proof.
  intros HS HT HV.
  assert (At : forall k, related (nth k values []) (nth k values' [])) by (intros k; apply related_nth; auto).
  assert (Len : forall k, length (nth k values []) = length (nth k values' [])) by (intros k; eapply related_length, At).
  assert (E : forall d, rel (exactly d) (exactly d)) by apply exactly_related, agree.
  destruct i; simpl; auto.
  - now apply related_same_map.
  - now apply related_repeat.
  - now apply related_firstn, related_skipn.
  - apply related_same_map. intros k. apply related_nth; auto. apply E.
  - apply concat_related. now apply related_same_map.
  - rewrite !map_map. apply related_same_map. intros row. apply dot_related; auto. now apply related_same_map.
  - now apply map2_related.
  - apply related_map with (r := rel); auto. intros; now apply apply1_related.
  - now apply map3_related.
  - apply related_map with (r := rel); auto. intros; now apply apply2_related.
  - constructor; auto. unfold mean. rewrite Len. apply divided_related; auto. now apply total_related.
  - constructor; auto. unfold mean_square. rewrite Len. apply divided_related; auto. now apply total_related, squares_related.
  - rewrite Len. apply related_map with (r := paired); [|now apply each_related].
    intros x y [X O]. unfold centered. apply divided_related; auto. apply apply2_related; auto.
    + apply apply2_related; auto.
    + now apply total_related.
  - rewrite Len. apply related_map with (r := paired); [|now apply each_related].
    intros x y [X O]. unfold scaled_to_unit. apply normalized_related; auto. now apply total_related, squares_related.
  - apply related_map with (r := paired); [|now apply each_related].
    intros x y [X O]. unfold share. apply apply1_related; auto. apply apply2_related; auto. apply E.
    apply total_related. apply related_map with (r := rel); auto.
    intros u v H. apply apply1_related; auto. now apply apply2_related.
  - rewrite !Len. apply related_map with (r := related); [|now apply rows_related].
    intros u v H. now apply dot_related.
Qed.

(* A whole program. Values that are given for the first run have to be related to the values of the second run at their places. *)
Theorem run_related symbol symbol' state state' :
  related symbol symbol' -> related state state' ->
  forall code given values values', Forall2 related values values' ->
  (forall k v, nth k given None = Some v ->
     related v (nth (length values' + k) (run symbol' state' [] (map (with_weights exactly) code) values') [])) ->
  Forall2 related (run symbol state given (map (with_weights exactly) code) values)
                  (run symbol' state' [] (map (with_weights exactly) code) values').
Proof.
  intros HS HT code; induction code as [|i code IH]; intros given values values' HV HG; simpl; auto.
  apply IH.
  - apply Forall2_app; auto. constructor; auto.
    destruct given as [|[v|] given]; simpl; try now apply execute_related.
    specialize (HG 0 v eq_refl). rewrite Nat.add_0_r in HG. simpl in HG.
    rewrite run_keeps in HG by (rewrite length_app, Nat.add_1_r; apply Nat.lt_succ_diag_r).
    rewrite nth_middle in HG. exact HG.
  - intros k v H. destruct given as [|g given]; [destruct k; discriminate|]. simpl in H.
    specialize (HG (S k) v H). simpl in HG. rewrite length_app. simpl.
    now rewrite <- Nat.add_assoc.
Qed.
End Agreement.

Arguments agreement {M N} rel.
