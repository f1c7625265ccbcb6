(* A relation that holds row by row between three lists. *)

From Coq Require Import List.
From Anylength Require Import Program.
Import ListNotations.

Inductive all3 {A B C : Type} (P : A -> B -> C -> Prop) : list A -> list B -> list C -> Prop :=
  | none3 : all3 P [] [] []
  | more3 a b c la lb lc : P a b c -> all3 P la lb lc -> all3 P (a :: la) (b :: lb) (c :: lc).

Section Lemmas.
Context {A B C : Type} {P : A -> B -> C -> Prop}.

Lemma all3_nth la lb lc : all3 P la lb lc -> forall x y z, P x y z -> forall k, P (nth k la x) (nth k lb y) (nth k lc z).
Proof. induction 1; intros x y z H' [|k]; simpl; auto. Qed.

Lemma all3_append la lb lc : all3 P la lb lc -> forall la' lb' lc', all3 P la' lb' lc' -> all3 P (la ++ la') (lb ++ lb') (lc ++ lc').
Proof. induction 1; intros; simpl; auto. constructor; auto. Qed.

Lemma all3_firstn la lb lc : all3 P la lb lc -> forall n, all3 P (firstn n la) (firstn n lb) (firstn n lc).
Proof. induction 1; intros [|n]; simpl; constructor; auto. Qed.

Lemma all3_skipn la lb lc : all3 P la lb lc -> forall n, all3 P (skipn n la) (skipn n lb) (skipn n lc).
Proof. induction 1; intros [|n]; simpl; auto; constructor; auto. Qed.

Lemma all3_map {D : Type} (f : D -> A) (g : D -> B) (h : D -> C) : (forall x, P (f x) (g x) (h x)) ->
  forall l, all3 P (map f l) (map g l) (map h l).
Proof. intros H l; induction l; simpl; constructor; auto. Qed.

Lemma all3_length la lb lc : all3 P la lb lc -> length la = length lb /\ length lb = length lc.
Proof. induction 1 as [|a b c la lb lc H F [I J]]; simpl; auto. Qed.
End Lemmas.

Lemma all3_concat {A B C : Type} (P : A -> B -> C -> Prop) la lb lc : all3 (all3 P) la lb lc -> all3 P (concat la) (concat lb) (concat lc).
Proof. induction 1; simpl; [constructor|]. now apply all3_append. Qed.

(* All of the results, if there are all. *)
Fixpoint all_some {A : Type} (l : list (option A)) : option (list A) :=
  match l with
  | [] => Some []
  | None :: _ => None
  | Some x :: rest => option_map (cons x) (all_some rest)
  end.

Lemma all_some_cons {A : Type} (x : option A) rest l : all_some (x :: rest) = Some l ->
  exists y l', x = Some y /\ all_some rest = Some l' /\ l = y :: l'.
Proof.
  destruct x as [y|]; simpl; [|discriminate]. destruct (all_some rest) as [l'|]; simpl; [|discriminate].
  intros H; inversion H. eauto.
Qed.

(* One operation, row by row: on the first list it may fail, on the third it is a relation. *)
Lemma all3_step {A B C A' B' C' : Type} (P : A -> B -> C -> Prop) (P' : A' -> B' -> C' -> Prop) (f : A -> option A') (g : B -> B')
  (Q : C -> C' -> Prop) : (forall a a' b c c', P a b c -> Q c c' -> f a = Some a' -> P' a' (g b) c') ->
  forall la lb lc, all3 P la lb lc -> forall lc' la', Forall2 Q lc lc' -> all_some (map f la) = Some la' -> all3 P' la' (map g lb) lc'.
Proof.
  intros H la lb lc F; induction F as [|a b c la lb lc Hd F IH]; intros lc' la' Q' E.
  - inversion Q'; subst. simpl in E. inversion E. constructor.
  - inversion Q'; subst. apply all_some_cons in E. destruct E as (a' & la'' & E1 & E2 & ->). simpl. constructor; eauto.
Qed.

Definition pair3 {A B C A' B' C' : Type} (P : A -> B -> C -> Prop) (P' : A' -> B' -> C' -> Prop) (a : A * A') (b : B * B') (c : C * C') : Prop :=
  P (fst a) (fst b) (fst c) /\ P' (snd a) (snd b) (snd c).

Lemma all3_combine {A B C A' B' C' : Type} (P : A -> B -> C -> Prop) (P' : A' -> B' -> C' -> Prop) la lb lc : all3 P la lb lc ->
  forall la' lb' lc', all3 P' la' lb' lc' -> all3 (pair3 P P') (combine la la') (combine lb lb') (combine lc lc').
Proof.
  induction 1; intros la' lb' lc' F'; simpl; [constructor|]. destruct F'; simpl; constructor; auto. split; auto.
Qed.

Lemma map2_combine {A B C : Type} (f : A -> B -> C) : forall a b, map2 f a b = map (fun p => f (fst p) (snd p)) (combine a b).
Proof. induction a; intros [|y b]; simpl; auto. now rewrite IHa. Qed.

Lemma map3_combine {A B C D : Type} (f : A -> B -> C -> D) : forall a b c,
  map3 f a b c = map (fun p => f (fst p) (fst (snd p)) (snd (snd p))) (combine a (combine b c)).
Proof. induction a; intros [|y b] [|z c]; simpl; auto. now rewrite IHa. Qed.

Lemma all3_last {A B C : Type} (P : A -> B -> C -> Prop) la lb lc : all3 P la lb lc -> forall x y z, P x y z -> P (last la x) (last lb y) (last lc z).
Proof. induction 1 as [|a b c la lb lc H F IH]; intros x y z H'; simpl; auto. inversion F; subst; auto. Qed.

Lemma all3_rows {A B C : Type} (P : A -> B -> C -> Prop) count columns : forall la lb lc, all3 P la lb lc ->
  all3 (all3 P) (rows_of count columns la) (rows_of count columns lb) (rows_of count columns lc).
Proof. induction count as [|count IH]; intros la lb lc H; simpl; constructor; [now apply all3_firstn | now apply IH, all3_skipn]. Qed.
