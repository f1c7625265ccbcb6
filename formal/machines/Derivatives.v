(* Partial derivatives (Antimirov 1996): after a symbol, a regular expression becomes a finite set of expressions for the rest.

   A set is a list. Its words are those that one of its expressions matches. *)

From Coq Require Import List Bool Arith.
From Anylength.machines Require Import Regex.
Import ListNotations.

(* Does r match the empty word? *)
Fixpoint nullable (r : regex) : bool :=
  match r with
  | Nothing | Class _ => false
  | Empty | Star _ => true
  | Either r t => nullable r || nullable t
  | Then r t => nullable r && nullable t
  end.

Lemma nullable_right r : nullable r = true <-> matches r [].
Proof.
  induction r as [| |l|r IHr t IHt|r IHr t IHt|r IH]; cbn [nullable].
  - now rewrite matches_nothing.
  - now rewrite matches_empty.
  - rewrite matches_class. now split; [|intros (s & [=] & _)].
  - now rewrite orb_true_iff, matches_either, IHr, IHt.
  - rewrite andb_true_iff, matches_then, IHr, IHt. split; [now exists [], []|].
    intros (u & v & E & U & V). symmetry in E. apply app_eq_nil in E as [-> ->]. now split.
  - split; constructor.
Qed.

(* Sets of expressions *)

Definition set_matches (l : list regex) (w : list nat) : Prop := Exists (fun r => matches r w) l.

Lemma set_nil w : set_matches [] w <-> False.
Proof. apply Exists_nil. Qed.

Lemma set_cons r l w : set_matches (r :: l) w <-> matches r w \/ set_matches l w.
Proof. apply Exists_cons. Qed.

Lemma set_one r w : set_matches [r] w <-> matches r w.
Proof. rewrite set_cons, set_nil. intuition. Qed.

Definition set_nullable (l : list regex) : bool := existsb nullable l.

Lemma set_nullable_right l : set_nullable l = true <-> set_matches l [].
Proof.
  unfold set_nullable, set_matches. rewrite existsb_exists, Exists_exists.
  split; intros (r & R & N); exists r; split; auto; now apply nullable_right.
Qed.

(* Equality of expressions, computed *)

Fixpoint same_list (l m : list nat) : bool :=
  match l, m with
  | [], [] => true
  | x :: l, y :: m => (x =? y) && same_list l m
  | _, _ => false
  end.

Lemma same_list_eq l : forall m, same_list l m = true -> l = m.
Proof.
  induction l as [|x l IH]; intros [|y m]; cbn; try easy. rewrite andb_true_iff, Nat.eqb_eq. intros [-> E]. now rewrite (IH m).
Qed.

Fixpoint same_regex (r t : regex) : bool :=
  match r, t with
  | Nothing, Nothing | Empty, Empty => true
  | Class l, Class m => same_list l m
  | Either r1 r2, Either t1 t2 | Then r1 r2, Then t1 t2 => same_regex r1 t1 && same_regex r2 t2
  | Star r, Star t => same_regex r t
  | _, _ => false
  end.

Lemma same_regex_eq r : forall t, same_regex r t = true -> r = t.
Proof.
  induction r as [| |l|r IHr s IHs|r IHr s IHs|r IH]; intros [| |m|t u|t u|t]; cbn; try easy.
  - intros E. now rewrite (same_list_eq l m).
  - rewrite andb_true_iff. intros [E F]. now rewrite (IHr t), (IHs u).
  - rewrite andb_true_iff. intros [E F]. now rewrite (IHr t), (IHs u).
  - intros E. now rewrite (IH t).
Qed.

Definition has (r : regex) (l : list regex) : bool := existsb (same_regex r) l.

Lemma has_in r l : has r l = true -> In r l.
Proof. intros H. apply existsb_exists in H as (t & T & E). apply same_regex_eq in E as ->. exact T. Qed.

(* The union of two sets, each expression once. *)
Fixpoint union (l m : list regex) : list regex :=
  match l with
  | [] => m
  | r :: l => if has r m then union l m else r :: union l m
  end.

Lemma union_right l m w : set_matches (union l m) w <-> set_matches l w \/ set_matches m w.
Proof.
  induction l as [|r l IH]; cbn [union]; [rewrite set_nil; intuition|].
  rewrite set_cons. destruct (has r m) eqn:H; [|rewrite set_cons; intuition].
  rewrite IH. apply has_in in H. split; [intuition|]. intros [[R | L] | M]; auto. right. apply Exists_exists. eauto.
Qed.

(* Each expression of a set, followed by t. *)
Definition followed (t r : regex) : regex := match r with Empty => t | _ => Then r t end.

Lemma followed_right t r w : matches (followed t r) w <-> matches (Then r t) w.
Proof.
  destruct r; cbn; try reflexivity. rewrite matches_then. split.
  - intros M. exists [], w. now repeat split; [constructor|].
  - intros (u & v & -> & U & V). apply matches_empty in U as ->. exact V.
Qed.

Lemma set_followed l t w : set_matches (map (followed t) l) w <-> exists u v, w = u ++ v /\ set_matches l u /\ matches t v.
Proof.
  unfold set_matches. rewrite Exists_map, Exists_exists. setoid_rewrite Exists_exists. split.
  - intros (r & R & M). apply followed_right, matches_then in M as (u & v & -> & U & V). exists u, v. eauto.
  - intros (u & v & -> & (r & R & U) & V). exists r. split; [exact R|]. apply followed_right, matches_then. eauto.
Qed.

Fixpoint derivative (s : nat) (r : regex) : list regex :=
  match r with
  | Nothing | Empty => []
  | Class l => if existsb (Nat.eqb s) l then [Empty] else []
  | Either r t => union (derivative s r) (derivative s t)
  | Then r t =>
    let first := map (followed t) (derivative s r) in
    if nullable r then union first (derivative s t) else first
  | Star r => map (followed (Star r)) (derivative s r)
  end.

(* A word that begins with s: its first part that is not empty begins with s. *)
Lemma then_cons r t s w : matches (Then r t) (s :: w) <->
  (exists u v, w = u ++ v /\ matches r (s :: u) /\ matches t v) \/ (matches r [] /\ matches t (s :: w)).
Proof.
  rewrite matches_then. split.
  - intros ([|x u] & v & E & U & V); [right; cbn in E; now rewrite E|]. injection E as -> ->. left. eauto.
  - intros [(u & v & -> & U & V) | [U V]]; [exists (s :: u), v | exists [], (s :: w)]; now repeat split.
Qed.

Lemma star_cons r s w : matches (Star r) (s :: w) <-> exists u v, w = u ++ v /\ matches r (s :: u) /\ matches (Star r) v.
Proof.
  split.
  - intros M. apply matches_star in M as (ws & E & W). revert E. induction W as [|[|x u] ws U W IH]; cbn; [easy | exact IH |].
    intros [= -> ->]. exists u, (concat ws). repeat split; [exact U|]. apply matches_star. eauto.
  - intros (u & v & -> & U & V). now apply (match_star_more r (s :: u) v).
Qed.

(* The derivative of r by s matches w exactly if r matches s w. *)
Theorem derivative_right s r : forall w, set_matches (derivative s r) w <-> matches r (s :: w).
Proof.
  induction r as [| |l|r IHr t IHt|r IHr t IHt|r IH]; intros w; cbn [derivative].
  - now rewrite set_nil, matches_nothing.
  - now rewrite set_nil, matches_empty.
  - rewrite matches_class. destruct (existsb (Nat.eqb s) l) eqn:E.
    + apply existsb_exists in E as (x & X & E). apply Nat.eqb_eq in E as <-. rewrite set_one, matches_empty.
      split; [intros ->; eauto | now intros (y & [= _ ->] & _)].
    + rewrite set_nil. split; [easy|]. intros (y & [= <- ->] & Y).
      enough (existsb (Nat.eqb s) l = true) by congruence. apply existsb_exists. exists s. now rewrite Nat.eqb_refl.
  - rewrite matches_either, <- IHr, <- IHt. apply union_right.
  - rewrite then_cons, <- nullable_right, <- IHt. setoid_rewrite <- IHr.
    destruct (nullable r).
    + rewrite <- set_followed. etransitivity; [apply union_right|]. intuition.
    + rewrite <- set_followed. intuition discriminate.
  - rewrite star_cons. setoid_rewrite <- IH. apply set_followed.
Qed.

Definition set_derivative (s : nat) (l : list regex) : list regex := fold_right (fun r m => union (derivative s r) m) [] l.

Theorem set_derivative_right s l w : set_matches (set_derivative s l) w <-> set_matches l (s :: w).
Proof.
  induction l as [|r l IH]; cbn [set_derivative fold_right]; [now rewrite !set_nil|].
  now rewrite union_right, derivative_right, set_cons, <- IH.
Qed.

(* Two sets with the same expressions, in any order. *)
Definition same_set (l m : list regex) : bool := forallb (fun r => has r m) l && forallb (fun r => has r l) m.

Lemma subset_right l m w : forallb (fun r => has r m) l = true -> set_matches l w -> set_matches m w.
Proof.
  intros sub M. apply Exists_exists in M as (r & R & M). rewrite forallb_forall in sub.
  apply Exists_exists. exists r. split; [|exact M]. now apply has_in, sub.
Qed.

Lemma same_set_right l m w : same_set l m = true -> set_matches l w <-> set_matches m w.
Proof. unfold same_set. rewrite andb_true_iff. intros [L M]. split; now apply subset_right. Qed.

(* Whether r matches w, computed: one derivative for each symbol. *)
Definition matched (r : regex) (w : list nat) : bool := set_nullable (fold_left (fun l s => set_derivative s l) w [r]).

Lemma derivatives_right w : forall l v, set_matches (fold_left (fun l s => set_derivative s l) w l) v <-> set_matches l (w ++ v).
Proof. induction w as [|s w IH]; intros l v; [reflexivity|]. cbn [fold_left app]. now rewrite IH, set_derivative_right. Qed.

Theorem matched_right r w : matched r w = true <-> matches r w.
Proof. unfold matched. now rewrite set_nullable_right, derivatives_right, app_nil_r, set_one. Qed.
