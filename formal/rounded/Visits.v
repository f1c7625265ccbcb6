(* A search that visits all that follows from a start, and that it leaves out nothing. *)

From Coq Require Import ZArith NArith List Bool Arith PArith FMapPositive.
Import ListNotations.

(* A state of the machine, and the numbers of a rounded state, each in units. *)
Definition pair_of_states := (nat * list Z)%type.

Fixpoint same_numbers (a b : list Z) : bool :=
  match a, b with
  | [], [] => true
  | x :: a', y :: b' => (x =? y)%Z && same_numbers a' b'
  | _, _ => false
  end.
Definition same_pair (p q : pair_of_states) : bool := (fst p =? fst q) && same_numbers (snd p) (snd q).

Lemma same_numbers_correct a : forall b, same_numbers a b = true <-> a = b.
Proof.
  induction a as [|x a IH]; intros [|y b]; simpl; split; intros H; try discriminate; auto.
  - apply andb_true_iff in H. destruct H as [E H]. apply Z.eqb_eq in E. apply IH in H. congruence.
  - inversion H; subst. rewrite Z.eqb_refl. now apply IH.
Qed.

Lemma same_pair_correct p q : same_pair p q = true <-> p = q.
Proof.
  destruct p as [a l], q as [b k]. unfold same_pair. simpl. rewrite andb_true_iff, Nat.eqb_eq, same_numbers_correct. split; [intros []|intros E; inversion E]; subst; auto.
Qed.

(* What is visited, in a tree by a short key. Pairs with the same key are in one list. *)
Definition visits := PositiveMap.t (list pair_of_states).
Definition key (p : pair_of_states) : positive :=
  Z.to_pos (1 + fold_left (fun sum k => (31 * sum + k) mod 1048573)%Z (snd p) (Z.of_nat (fst p))).
Definition with_key (t : visits) (k : positive) : list pair_of_states := match PositiveMap.find k t with Some l => l | None => [] end.

Definition visited (t : visits) (p : pair_of_states) : bool := existsb (same_pair p) (with_key t (key p)).
Definition insert (t : visits) (p : pair_of_states) : visits := PositiveMap.add (key p) (p :: with_key t (key p)) t.

Lemma visited_in t p : visited t p = true <-> In p (with_key t (key p)).
Proof.
  unfold visited. rewrite existsb_exists. split.
  - intros (q & I & E). apply same_pair_correct in E. now subst.
  - intros I. exists p. split; auto. now apply same_pair_correct.
Qed.

Lemma nothing_visited p : visited (PositiveMap.empty _) p = false.
Proof. unfold visited, with_key. now rewrite PositiveMap.gempty. Qed.

Lemma visited_insert t p q : visited (insert t p) q = true <-> q = p \/ visited t q = true.
Proof.
  rewrite !visited_in. unfold insert, with_key at 1. destruct (Pos.eq_dec (key q) (key p)) as [E|N].
  - rewrite E, PositiveMap.gss. simpl. split; intros [H|H]; auto.
  - rewrite PositiveMap.gso by exact N. fold (with_key t (key q)). split; auto. intros [->|H]; [now destruct N | auto].
Qed.

(* All that the visited states are, as a list. *)
Definition all_visited (t : visits) : list pair_of_states := concat (map snd (PositiveMap.elements t)).

Lemma visited_in_all t p : visited t p = true -> In p (all_visited t).
Proof.
  rewrite visited_in. unfold with_key, all_visited. destruct (PositiveMap.find (key p) t) as [l|] eqn:E; [|intros []].
  intros I. apply in_concat. exists l. split; auto. apply in_map_iff. exists (key p, l). split; auto. now apply PositiveMap.elements_correct.
Qed.

(* Those of a list that are new, to be visited in turn. *)
Fixpoint added (t : visits) (waiting l : list pair_of_states) : visits * list pair_of_states :=
  match l with
  | [] => (t, waiting)
  | p :: rest => if visited t p then added t waiting rest else added (insert t p) (p :: waiting) rest
  end.

Lemma added_all l : forall t waiting t' waiting', added t waiting l = (t', waiting') ->
  (forall q, visited t q = true -> visited t' q = true) /\ (forall q, In q l -> visited t' q = true) /\
  (forall q, visited t' q = true -> visited t q = true \/ In q waiting') /\ incl waiting waiting'.
Proof.
  induction l as [|p l IH]; intros t waiting t' waiting' H; simpl in H.
  - inversion H; subst. split; [auto|]. split; [intros q []|]. split; [auto | apply incl_refl].
  - destruct (visited t p) eqn:V.
    + destruct (IH _ _ _ _ H) as (A & B & D & E). repeat split; auto. intros q [<-|I]; auto.
    + destruct (IH _ _ _ _ H) as (A & B & D & E). repeat split.
      * intros q Q. apply A, visited_insert. auto.
      * intros q [<-|I]; auto. apply A, visited_insert. auto.
      * intros q Q. destruct (D q Q) as [K|I]; auto. apply visited_insert in K. destruct K as [->|K]; auto. right. apply E. now left.
      * intros q I. apply E. now right.
Qed.

Section Search.
(* What follows from a pair; nothing where the proof fails there. *)
Variable follow : pair_of_states -> option (list pair_of_states).

(* Visits as many pairs as there is fuel, which makes so many steps. *)
Fixpoint visit (fuel : nat) (steps : N) (t : visits) (waiting : list pair_of_states) : option visits :=
  match waiting, fuel with
  | [], 0 => if (steps =? 0)%N then Some t else None
  | p :: rest, S fuel' =>
      match follow p with
      | Some l =>
          let made := N.of_nat (length l) in
          if (made <=? steps)%N then let (t', waiting') := added t rest l in visit fuel' (steps - made) t' waiting' else None
      | None => None
      end
  | _, _ => None
  end.

Definition search (fuel : nat) (steps : N) (from : list pair_of_states) : option visits :=
  let (t, waiting) := added (PositiveMap.empty _) [] from in visit fuel steps t waiting.

Definition closed_at (t : visits) (p : pair_of_states) : Prop := exists l, follow p = Some l /\ forall q, In q l -> visited t q = true.

Lemma visit_closes fuel : forall steps t waiting final, (forall p, visited t p = true -> In p waiting \/ closed_at t p) ->
  visit fuel steps t waiting = Some final ->
  (forall p, visited t p = true -> visited final p = true) /\ (forall p, visited final p = true -> closed_at final p).
Proof.
  induction fuel as [|fuel IH]; intros steps t [|p rest] final H V; simpl in V; try discriminate.
  - destruct (steps =? 0)%N; [|discriminate]. inversion V; subst. split; auto. intros p P. destruct (H p P) as [[]|]; auto.
  - destruct (follow p) as [l|] eqn:E; [|discriminate]. destruct (_ <=? _)%N; [|discriminate].
    destruct (added t rest l) as [t' waiting'] eqn:A. destruct (added_all _ _ _ _ _ A) as (A1 & A2 & A3 & A4).
    assert (H' : forall q, visited t' q = true -> In q waiting' \/ closed_at t' q).
    { intros q Q. destruct (A3 q Q) as [K|I]; auto. destruct (H q K) as [[<-|I]|(l' & G & B)]; auto; right; [exists l | exists l']; auto. }
    destruct (IH _ _ _ _ H' V) as [V1 V2]. auto.
Qed.

Theorem search_closes fuel steps from final : search fuel steps from = Some final ->
  (forall p, In p from -> visited final p = true) /\ (forall p, visited final p = true -> closed_at final p).
Proof.
  unfold search. destruct (added _ [] from) as [t waiting] eqn:A. intros V. destruct (added_all _ _ _ _ _ A) as (_ & A2 & A3 & _).
  assert (H : forall p, visited t p = true -> In p waiting \/ closed_at t p).
  { intros p P. destruct (A3 p P) as [K|I]; auto. rewrite nothing_visited in K. discriminate. }
  destruct (visit_closes _ _ _ _ _ H V) as [V1 V2]. auto.
Qed.
End Search.
