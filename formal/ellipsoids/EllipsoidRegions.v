(* The rule of regions with ellipsoids: if a certificate passes the check, the net answers as the machine does, on all words. *)

From Coq Require Import ZArith Reals List Bool Arith Lra Lia.
From Flocq Require Import Core.
From Interval Require Import Float.Sig Interval.Interval Real.Xreal.
From Anylength Require Import Machine Numbers Program Agreement Intervals Net Certificate Induction SomeWords Vectors Matrices Bends Forms Slices Ellipsoids.
Import ListNotations.

(* The same number, though perhaps written otherwise. *)
Definition same (a b : dyadic) : bool :=
  let e := Z.min (snd a) (snd b) in (fst a * 2 ^ (snd a - e) =? fst b * 2 ^ (snd b - e))%Z.

Lemma same_correct a b : same a b = true -> real_of a = real_of b.
Proof.
  unfold same. intros H. apply Z.eqb_eq in H. destruct a as [m e], b as [n f]. cbn [fst snd] in H.
  change (F2R (Float radix2 m e) = F2R (Float radix2 n f)).
  rewrite (F2R_change_exp radix2 (Z.min e f) m e), (F2R_change_exp radix2 (Z.min e f) n f) by lia.
  unfold Zpower in *. simpl radix_val in *. now rewrite H.
Qed.

Fixpoint all_same (a b : list dyadic) : bool :=
  match a, b with
  | [], [] => true
  | x :: a', y :: b' => same x y && all_same a' b'
  | _, _ => false
  end.

Lemma all_same_correct a : forall b, all_same a b = true -> map real_of a = map real_of b.
Proof.
  induction a as [|x a IH]; intros [|y b] H; simpl in *; try discriminate; auto. apply andb_true_iff in H.
  destruct H as [S H]. rewrite (same_correct _ _ S). f_equal. auto.
Qed.

Module EllipsoidRegions (F : FloatOps with Definition sensible_format := true).
Module Export El := Ellipsoids F.

Local Open Scope nat_scope.

Definition is_not_below_zero (i : I.type) : bool := match I.sign_large i with Xgt | Xeq => true | _ => false end.

Lemma is_not_below_zero_correct i x : holds i x -> is_not_below_zero i = true -> (0 <= x)%R.
Proof.
  intros X H. unfold is_not_below_zero in H. pose proof (I.sign_large_correct i) as S. destruct (I.sign_large i); try discriminate.
  - specialize (S (Xreal x) X). inversion S; subst; lra.
  - destruct (S (Xreal x) X) as [_ P]. exact P.
Qed.

(* A part of an ellipsoid: the states c + L u, |u| <= 1, by each number of c and its row of L. *)
Definition part : Type := list (I.type * list I.type).
Definition whole (A : area) : part := combine (place A) (rows A).
Definition forms_of (P : part) : list form := map (fun p => straight (fst p) (snd p)) P.

(* What of a part is in a slice, and some beside it. *)
Definition sliced_row (s : slice) (p : I.type * list I.type) : I.type * list I.type :=
  match snd p with
  | [] => p
  | a :: others => (plus (fst p) (times a (point (shifted_by s))), times a (point (along s)) :: map (times (point (across s))) others)
  end.
Definition sliced (s : slice) (P : part) : part := map (sliced_row s) P.

(* The same part for H u in place of u. *)
Definition turned_row (v row : list I.type) : list I.type :=
  let product := dot (N := intervals) in
  joined plus row (map (times (minus (integer 0) (over (times (integer 2) (product row v)) (product v v)))) v).
Definition turned_part (v : list dyadic) (P : part) : part :=
  match v with
  | [] => P
  | _ => map (fun p => (fst p, turned_row (map point v) (snd p))) P
  end.
(* Whether the length of an axis is above zero. *)
Definition is_an_axis (v : list dyadic) : bool :=
  match v with
  | [] => true
  | _ => is_above_zero (dot (N := intervals) (map point v) (map point v))
  end.

(* An end of a slice lies in its ellipsoid. *)
Definition end_lies (s : slice) (t : dyadic) : bool :=
  let square := fun x => times x x in
  let p := point (along s) in
  let q := point (across s) in
  is_not_below_zero (minus (square (times p q)) (plus (square (times q (minus (point t) (point (shifted_by s)))))
                                                      (times (square p) (minus (integer 1) (square (point t)))))).

(* The slices go on from an end to 1. *)
Fixpoint go_on_from (low : dyadic) (l : list slice) : bool :=
  match l with
  | [] => same low (1, 0)%Z
  | s :: l' => is_above_zero (point (along s)) && is_not_below_zero (minus (point (across s)) (point (along s))) &&
               end_lies s low && end_lies s (end_of s) && go_on_from (end_of s) l'
  end.
Definition leave_none_out (l : list slice) : bool := (1 <=? length l) && go_on_from (-1, 0)%Z l.

Lemma end_lies_correct s t : end_lies s t = true ->
  (0 <= left_at (real_of (shifted_by s)) (real_of (along s)) (real_of (across s)) (real_of t))%R.
Proof.
  unfold end_lies, left_at. intros H. revert H. apply is_not_below_zero_correct. 
  repeat first [apply minus_holds | apply plus_holds | apply times_holds | apply point_holds | apply (integer_holds 1)].
Qed.

Lemma one_is_one : real_of (1, 0)%Z = 1%R.
Proof. unfold real_of. simpl. lra. Qed.

(* A slice that a number lies in. *)
Definition lies_in (s : slice) (x : R) : Prop :=
  (0 < real_of (along s))%R /\ (0 < real_of (across s))%R /\
  (0 <= left_at (real_of (shifted_by s)) (real_of (along s)) (real_of (across s)) x)%R.

Lemma lies_in_first low s l x : go_on_from low (s :: l) = true -> (real_of low <= x <= real_of (end_of s))%R -> lies_in s x.
Proof.
  simpl. rewrite !andb_true_iff. intros [[[[P Q] A] B] _] X.
  apply (is_above_zero_correct _ _ (point_holds _)) in P.
  apply (is_not_below_zero_correct _ _ (minus_holds _ _ _ _ (point_holds _) (point_holds _))) in Q.
  repeat split; try lra. apply left_between with (real_of low) (real_of (end_of s)); auto using end_lies_correct. nra.
Qed.

Lemma some_slice l : forall low x, go_on_from low l = true -> (real_of low < x <= 1)%R -> exists s, In s l /\ lies_in s x.
Proof.
  induction l as [|s l IH]; intros low x H X.
  - simpl in H. apply same_correct in H. rewrite one_is_one in H. lra.
  - destruct (Rle_lt_dec x (real_of (end_of s))) as [E|E].
    + exists s. split; [now left|]. apply lies_in_first with low l; auto. lra.
    + simpl in H. apply andb_true_iff in H. destruct H as [_ H]. destruct (IH _ x H) as (s' & I & L); [lra|]. exists s'. split; auto. now right.
Qed.

Lemma none_left_out l x : leave_none_out l = true -> (-1 <= x <= 1)%R -> exists s, In s l /\ lies_in s x.
Proof.
  unfold leave_none_out. intros H X. apply andb_true_iff in H. destruct H as [N H]. destruct l as [|s l]; [discriminate|].
  assert (M : real_of (-1, 0)%Z = (-1)%R) by (unfold real_of; simpl; lra).
  destruct (Rle_lt_dec x (real_of (end_of s))) as [E|E].
  - exists s. split; [now left|]. apply lies_in_first with (-1, 0)%Z l; auto. lra.
  - simpl in H. apply andb_true_iff in H. destruct H as [_ H]. destruct (some_slice _ _ x H) as (s' & I & L); [lra|]. exists s'. split; auto. now right.
Qed.

Section Check.
Variables (net : net) (M : machine) (C : ellipsoid_certificate).

(* Where each part of a node leads, part by part in the order of the branches. What is not cut as it has to be leads to no node. *)
Definition cut_in (count : nat) : option (list slice) := find (fun cut => length cut =? count) (cuts C).
Definition no_node : nat := length (ellipsoid_nodes C).
Fixpoint parts_of (b : branch) (P : part) : list (part * nat) :=
  match b with
  | leads_to n => [(P, n)]
  | cut_along v branches =>
      match cut_in (length branches) with
      | Some cut =>
          if leave_none_out cut && is_an_axis v
          then let turned := turned_part v P in concat (map2 (fun s inner => inner (sliced s turned)) cut (map parts_of branches))
          else [(P, no_node)]
      | None => [(P, no_node)]
      end
  end.

(* Without a fork all leads to the node that comes next: as a whole, or in as many slices as there are weights. *)
Definition branch_of (k : ellipsoid_node) (s count : nat) : branch :=
  match nth s (forks k) None with
  | Some b => b
  | None => let next := leads_to (nth s (followers k) 0) in if count =? 1 then next else cut_along [] (repeat next count)
  end.

(* A node's states under a symbol, as forms with weights and the node that comes next: as a whole, or part by part. *)
Definition piece : Type := list form * list dyadic * nat.
Definition forms_in (p : piece) : list form := fst (fst p).
Definition weights_of (p : piece) : list dyadic := snd (fst p).
Definition weighed (p : part * nat) (weights : list dyadic) : piece := (forms_of (fst p), weights, snd p).
Definition pieces (k : ellipsoid_node * area) (s : nat) : list piece :=
  let own := nth s (shares (fst k)) [] in
  let parts := parts_of (branch_of (fst k) s (length own)) (whole (snd k)) in
  if length parts =? length own then map2 weighed parts own
  else [weighed (whole (snd k), nth s (followers (fst k)) 0) (hd [] own)].

(* How many rows of second-order terms the forms of a piece have. *)
Definition is_joint (weights : list dyadic) : bool := negb (length weights =? blocks C + 3).
Definition blocks_for (weights : list dyadic) : nat := if is_joint weights then joint C else blocks C.

(* Code and constants are the same in all of these kinds. *)
Definition kind : numbers := forms (blocks C).
Definition classes := length (readout_weight net).
Definition widened (f : form) : form := added f (constant (hull (minus (integer 0) (point (noise C))) (point (noise C)))).

(* All states that a step may compute, by forms with so many rows. *)
Definition image (count : nat) (step_code : list (instruction kind)) (symbol state : list form) : list form :=
  map widened (result_of (N := forms count) symbol state step_code).

(* The logit of o is larger than that of c by the margin. *)
Definition is_larger (count : nat) (weights : list (list kind)) (biases : list kind) (y : list form) (o c : nat) : bool :=
  (length (nth o weights []) =? length (nth c weights [])) &&
  is_not_below_zero (range (subtracted (added (dot (N := forms count) (map2 subtracted (nth o weights []) (nth c weights [])) y)
                                              (subtracted (nth o biases (zero (N := kind))) (nth c biases (zero (N := kind)))))
                                       (constant (point (margin C))))).
Definition is_right (count : nat) (weights : list (list kind)) (biases : list kind) (y : list form) (o : nat) : bool :=
  (o <? classes) && forallb (fun c => (c =? o) || is_larger count weights biases y o c) (seq 0 classes).

Definition encloses (A : area) (weights : list dyadic) (value : list form) : bool :=
  if is_joint weights then included_jointly (joint C) A weights value else included (blocks C) A (map point weights) value.
Definition enters (areas : list (ellipsoid_node * area)) (k q : nat) (weights : list dyadic) (value : list form) : bool :=
  match nth_error areas k with
  | Some (node, A) => (state_of node =? q) && encloses A weights value
  | None => false
  end.

(* The start state is the middle of the entry node's ellipsoid, or in it. *)
Definition starts (areas : list (ellipsoid_node * area)) : bool :=
  enters areas (entry_node C) (start M) (repeat (1, 0)%Z (blocks C + 3)) (map (fun d => constant (point d)) (start_state net)) ||
  match nth_error areas (entry_node C) with
  | Some (node, _) => (state_of node =? start M) && all_same (start_state net) (middle_of (states node)) &&
                      (length (middle_of (states node)) =? length (shape (states node)))
  | None => false
  end.

(* A proof about some words only looks at the nodes and symbols at which it goes on. *)
Definition check_steps (goes_on : ellipsoid_node -> nat -> bool) : bool :=
  let areas := map (fun k => (k, area_of (states k))) (ellipsoid_nodes C) in
  let step_code := code (N := kind) (step net) in
  let answer_code := code (N := kind) (answer net) in
  let weights := map (map (exactly (n := kind))) (readout_weight net) in
  let biases := map (exactly (n := kind)) (readout_bias net) in
  let by_symbol := map (fun s => (s, symbol_of (N := kind) net s)) (seq 0 (symbols net)) in
  let closes (k : ellipsoid_node * area) (symbol : nat * list form) :=
    let q := state_of (fst k) in
    let s := fst symbol in
    if negb (goes_on (fst k) s) then true else
    forallb (fun part =>
      let count := blocks_for (weights_of part) in
      let R := image count step_code (snd symbol) (forms_in part) in
      enters areas (snd part) (next M q s) (weights_of part) R &&
      is_right count weights biases (result_of (N := forms count) (snd symbol) R answer_code) (said M q s)) (pieces k s) in
  is_not_below_zero (point (noise C)) && is_above_zero (point (margin C)) && starts areas &&
  forallb (fun k => forallb (closes k) by_symbol) areas.
Definition everywhere (_ : ellipsoid_node) (_ : nat) : bool := true.
Definition check : bool := check_steps everywhere.

(* Soundness. *)
Definition in_node (k : ellipsoid_node) (h : list R) : Prop := in_ellipsoid (center_of (states k)) (shape_of (states k)) h.

(* A number of a state, by what its row holds, and a state in a part. *)
Definition is_at (u : vector) (p : I.type * list I.type) (x : R) : Prop :=
  exists c row, holds (fst p) c /\ Forall2 holds (snd p) row /\ x = (c + inner row u)%R.
Definition in_part (P : part) (h : list R) : Prop := exists u, (inner u u <= 1)%R /\ Forall2 (is_at u) P h.

Lemma in_whole k h : in_node k h -> in_part (whole (area_of (states k))) h.
Proof.
  intros (u & U & ->). exists u. split; auto. unfold whole, center_of, shape_of, area_of. cbn [place rows].
  generalize (shape (states k)) as L. induction (middle_of (states k)) as [|c l IH]; intros [|row L]; simpl; constructor; auto.
  exists (real_of c), (map real_of row). repeat split; [apply point_holds | apply related_same_map, point_holds].
Qed.

Lemma part_stands P h : in_part P h -> exists u, (inner u u <= 1)%R /\ Forall2 (stands_for u) (forms_of P) h.
Proof.
  intros (u & U & F). exists u. split; auto. unfold forms_of. induction F as [|p x P h (c & row & Hc & R & ->) F IH]; simpl; constructor; auto.
  now apply straight_stands.
Qed.

(* Rows of a state in a slice. *)
Lemma is_at_in_slice s p x rest y : lies_in s x -> is_at (x :: rest) p y ->
  is_at (in_slice (real_of (shifted_by s)) (real_of (along s)) (real_of (across s)) (x :: rest)) (sliced_row s p) y.
Proof.
  intros (P & Q & _) (c & row & Hc & F & ->). rewrite (same_in_slice (real_of (shifted_by s)) (real_of (along s)) (real_of (across s)) _ x rest) by lra.
  unfold sliced_row. destruct p as [i row']. cbn [fst snd] in *. destruct F as [|a b others exact A F].
  - exists c, []. repeat split; auto. simpl. ring.
  - cbn [hd]. rewrite <- Rplus_assoc. eexists _, _. cbn [fst snd]. split; [|split; [|reflexivity]].
    + apply plus_holds; auto. apply times_holds; auto using point_holds.
    + constructor; [apply times_holds; auto using point_holds|]. clear - F.
      induction F as [|j y l m Y F IH]; simpl; constructor; auto. apply times_holds; auto using point_holds.
Qed.

(* The rows of a shape, turned, and what u becomes. *)
Definition turned_exactly (v x : vector) : vector :=
  match v with
  | [] => x
  | _ => reflected v x
  end.

Lemma turned_row_holds v row exact : is_an_axis v = true -> v <> [] -> Forall2 holds row exact ->
  Forall2 holds (turned_row (map point v) row) (reflected (map real_of v) exact).
Proof.
  intros A N F. assert (V : Forall2 holds (map point v) (map real_of v)) by apply related_same_map, point_holds.
  assert (I : forall a b a' b', Forall2 holds a a' -> Forall2 holds b b' -> holds (dot (N := intervals) a b) (inner a' b')).
  { intros a b a' b' X Y. rewrite <- dot_is_inner. now apply (dot_related _ _ _ intervals_hold). }
  unfold turned_row, reflected. apply (related_joined holds); auto using plus_holds. clear N.
  assert (K : holds (minus (integer 0) (over (times (integer 2) (dot (N := intervals) row (map point v))) (dot (N := intervals) (map point v) (map point v))))
                    (- (2 * inner exact (map real_of v) / inner (map real_of v) (map real_of v)))).
  { replace (- _)%R with (0 - 2 * inner exact (map real_of v) / inner (map real_of v) (map real_of v))%R by ring.
    apply minus_holds; [apply (integer_holds 0)|]. apply over_holds; auto. apply times_holds; auto. apply (integer_holds 2). }
  revert K. generalize (minus (integer 0) (over (times (integer 2) (dot (N := intervals) row (map point v))) (dot (N := intervals) (map point v) (map point v)))).
  generalize (- (2 * inner exact (map real_of v) / inner (map real_of v) (map real_of v)))%R. intros k i K. clear - V K.
  induction V; simpl; constructor; auto using times_holds.
Qed.

Lemma axis_has_a_length v : is_an_axis v = true -> v <> [] -> inner (map real_of v) (map real_of v) <> 0%R.
Proof.
  intros A N. assert (H : (0 < inner (map real_of v) (map real_of v))%R); [|lra].
  apply (is_above_zero_correct (dot (N := intervals) (map point v) (map point v))); [|destruct v; [congruence | exact A]].
  rewrite <- dot_is_inner. apply (dot_related _ _ _ intervals_hold); apply related_same_map, point_holds.
Qed.

Lemma turned_inner v a b : is_an_axis v = true ->
  inner (turned_exactly (map real_of v) a) (turned_exactly (map real_of v) b) = inner a b.
Proof.
  intros A. destruct v as [|d v]; auto. apply (reflected_inner (map real_of (d :: v))), axis_has_a_length; auto. discriminate.
Qed.

Lemma in_turned_part v P h : is_an_axis v = true -> in_part P h -> in_part (turned_part v P) h.
Proof.
  intros A (u & U & F). exists (turned_exactly (map real_of v) u). split; [now rewrite turned_inner|].
  destruct v as [|d v]; [exact F|]. unfold turned_part.
  induction F as [|p x P h (c & row & Hc & R & ->) F IH]; constructor; auto. exists c, (turned_exactly (map real_of (d :: v)) row).
  split; [exact Hc|]. split; [now apply (turned_row_holds (d :: v)) | now rewrite turned_inner].
Qed.

Lemma in_a_slice cut P h : leave_none_out cut = true -> in_part P h -> exists s, In s cut /\ in_part (sliced s P) h.
Proof.
  intros L (u & U & F).
  assert (E : exists x rest, (inner (x :: rest) (x :: rest) <= 1)%R /\ forall row, inner row u = inner row (x :: rest)).
  { destruct u as [|x rest]; [|eauto]. exists 0%R, []. split; [simpl; lra|]. intros [|a row]; simpl; auto. destruct row; simpl; ring. }
  destruct E as (x & rest & U' & E).
  assert (X : (-1 <= x <= 1)%R) by (simpl in U'; pose proof (inner_self rest); nra).
  destruct (none_left_out _ x L X) as (s & I & S). exists s. split; auto.
  exists (in_slice (real_of (shifted_by s)) (real_of (along s)) (real_of (across s)) (x :: rest)). split.
  - destruct S as (A & B & S). now apply in_slice_is_short.
  - unfold sliced. induction F as [|p y P h (c & row & Hc & R & ->) F IH]; simpl; constructor; auto.
    apply is_at_in_slice; auto. exists c, row. rewrite E. auto.
Qed.

Lemma in_combined {A B D : Type} (f : A -> B -> D) a : forall l m, length l = length m -> In a l -> exists b, In b m /\ In (f a b) (map2 f l m).
Proof.
  induction l as [|x l IH]; intros [|y m] L I; simpl in *; try discriminate; [contradiction|].
  destruct I as [->|I]; [eauto|]. destruct (IH m ltac:(lia) I) as (b & J & K). eauto.
Qed.

(* What holds of each node, and of a cut if of its branches, holds of every branch. *)
Lemma branch_induction (Q : branch -> Prop) : (forall n, Q (leads_to n)) -> (forall v branches, Forall Q branches -> Q (cut_along v branches)) ->
  forall b, Q b.
Proof.
  intros N K. fix go 1. intros [n|v branches]; [apply N|]. apply K. induction branches; constructor; auto.
Qed.

(* Each state of a part is in one of the parts that it is cut in. *)
Lemma in_some_part b : forall P h, in_part P h -> exists p, In p (parts_of b P) /\ in_part (fst p) h.
Proof.
  induction b as [n|v branches IH] using branch_induction; intros P h H; cbn [parts_of].
  - exists (P, n). split; [now left | exact H].
  - assert (W : exists p, In p [(P, no_node)] /\ in_part (fst p) h) by (exists (P, no_node); split; [now left | exact H]).
    destruct (cut_in (length branches)) as [cut|] eqn:F; [|exact W]. destruct (leave_none_out cut && is_an_axis v) eqn:E; [|exact W].
    apply andb_true_iff in E. destruct E as [L A]. apply find_some in F. destruct F as [_ F]. apply Nat.eqb_eq in F.
    destruct (in_a_slice cut _ h L (in_turned_part v P h A H)) as (s & I & S).
    destruct (in_combined (fun s inner => inner (sliced s (turned_part v P))) s cut (map parts_of branches) ltac:(now rewrite length_map) I)
      as (inner & J & K).
    apply in_map_iff in J. destruct J as (b & <- & J). rewrite Forall_forall in IH. destruct (IH b J _ h S) as (p & Ip & Hp).
    exists p. split; auto. cbv zeta. apply in_concat. eauto.
Qed.

(* Each state of a node is in one of its pieces. *)
Lemma piece_stands k s h : in_node k h ->
  exists p u, In p (pieces (k, area_of (states k)) s) /\ (inner u u <= 1)%R /\ Forall2 (stands_for u) (forms_in p) h.
Proof.
  intros N. apply in_whole in N. unfold pieces. cbn [fst snd]. set (own := nth s (shares k) []).
  set (parts := parts_of (branch_of k s (length own)) (whole (area_of (states k)))). destruct (length parts =? length own) eqn:E.
  - apply Nat.eqb_eq in E. destruct (in_some_part (branch_of k s (length own)) _ h N) as (p & I & H).
    destruct (in_combined weighed p parts own E I) as (weights & _ & J). destruct (part_stands _ h H) as (u & U & S). eauto.
  - destruct (part_stands _ h N) as (u & U & S). eexists _, u. split; [left; reflexivity | auto].
Qed.

Section Step.
Variables (count : nat) (u : vector).
Hypothesis short : (inner u u <= 1)%R.

Notation stand := (Forall2 (stands_for u)).

Let stands : @agreement (forms count) reals (stands_for u) := forms_stand count u short.

Lemma program_stands symbol symbol' state state' (c : list (instruction dyadic)) : stand symbol symbol' -> stand state state' ->
  stand (result_of (N := forms count) symbol state (code (N := kind) c)) (result_of (N := reals) symbol' state' (code c)).
Proof.
  intros S T. change (code (N := kind) c) with (code (N := forms count) c). unfold result_of. apply related_last; auto.
  apply (run_related _ _ _ stands); auto. intros k v H. destruct k; discriminate.
Qed.

Lemma symbol_stands s : stand (symbol_of (N := kind) net s) (symbol_of (N := reals) net s).
Proof. apply related_same_map. intros d. apply constant_stands, point_holds. Qed.

Lemma widened_stands (h h' : list R) (value : list form) : stand value h ->
  Forall2 (fun x y => Rabs (x - y) <= real_of (noise C))%R h' h -> stand (map widened value) h'.
Proof.
  intros B; revert h'; induction B as [|f x b h X B IH]; intros h' D; inversion D as [|y z l l' N D']; subst; constructor; auto.
  apply between_abs in N. replace y with (x + (y - x))%R by ring. apply added_stands; auto. apply constant_stands.
  eapply hull_holds; [apply minus_holds; [apply integer_holds | apply point_holds] | apply point_holds | lra].
Qed.

Lemma image_stands s state h h' : stand state h -> Forall2 (fun x y => Rabs (x - y) <= real_of (noise C))%R h' (next_state net s h) ->
  stand (image count (code (N := kind) (step net)) (symbol_of (N := kind) net s) state) h'.
Proof. intros S D. apply widened_stands with (next_state net s h); auto. apply program_stands; auto. apply symbol_stands. Qed.

Lemma dot_of_difference a b : length a = length b -> forall h : list R,
  dot (N := reals) (map2 Rminus a b) h = (dot (N := reals) a h - dot (N := reals) b h)%R.
Proof. intros L h. now rewrite !dot_is_inner, inner_less. Qed.

Lemma differences_stand (a b : list dyadic) :
  stand (map2 subtracted (map (exactly (n := kind)) a) (map (exactly (n := kind)) b)) (map2 Rminus (map real_of a) (map real_of b)).
Proof.
  revert b; induction a as [|x a IH]; intros [|y b]; simpl; constructor; auto. apply subtracted_stands; apply constant_stands, point_holds.
Qed.

Lemma nth_of_map {A B : Type} (f : A -> B) l k d d' : f d = d' -> nth k (map f l) d' = f (nth k l d).
Proof. intros <-. apply map_nth. Qed.

Lemma is_larger_correct s h y o c : stand y (answer_of (N := reals) net s h) ->
  is_larger count (map (map (exactly (n := kind))) (readout_weight net)) (map (exactly (n := kind)) (readout_bias net)) y o c = true ->
  (real_of (margin C) <= logit net s h o - logit net s h c)%R.
Proof.
  intros Y H. unfold is_larger in H. apply andb_true_iff in H. destruct H as [L H]. apply Nat.eqb_eq in L.
  rewrite !(nth_of_map (map (exactly (n := kind))) _ _ []) in L, H by reflexivity.
  rewrite !(nth_of_map (exactly (n := kind)) _ _ (0, 0)%Z) in H by reflexivity. rewrite !length_map in L.
  eapply is_not_below_zero_correct in H.
  2: { apply (range_holds u short). apply subtracted_stands; [apply added_stands | apply constant_stands, point_holds].
    - apply (dot_related _ _ _ stands); [apply differences_stand | exact Y].
    - apply subtracted_stands; apply constant_stands, point_holds. }
  rewrite dot_of_difference in H by now rewrite !length_map. unfold logit, weight_row, bias_of. simpl in *. lra.
Qed.

Lemma is_right_correct s R h o : stand R h ->
  is_right count (map (map (exactly (n := kind))) (readout_weight net)) (map (exactly (n := kind)) (readout_bias net))
    (result_of (N := forms count) (symbol_of (N := kind) net s) R (code (N := kind) (answer net))) o = true ->
  o < classes /\ forall c, c < classes -> c <> o -> (real_of (margin C) <= logit net s h o - logit net s h c)%R.
Proof.
  intros B H. unfold is_right in H. apply andb_true_iff in H. destruct H as [O H]. apply Nat.ltb_lt in O. split; auto.
  intros c Hc N. rewrite forallb_forall in H. specialize (H c ltac:(apply in_seq; lia)).
  apply orb_true_iff in H. destruct H as [E|H]; [apply Nat.eqb_eq in E; congruence|].
  eapply is_larger_correct; eauto. apply program_stands; auto. apply symbol_stands.
Qed.
End Step.

Let areas := map (fun k => (k, area_of (states k))) (ellipsoid_nodes C).

(* After the word w the state h is in the node's ellipsoid, and the machine is in the node's state. *)
Definition bounded_by (k : ellipsoid_node) (w : list nat) (h : list R) : Prop := state_of k = after M w /\ in_node k h.

Lemma area_is_of_a_node k node A : nth_error areas k = Some (node, A) -> nth_error (ellipsoid_nodes C) k = Some node /\ A = area_of (states node).
Proof.
  unfold areas. rewrite nth_error_map. destruct (nth_error (ellipsoid_nodes C) k) as [n|]; [|discriminate]. intros H. inversion H; subst. auto.
Qed.

Lemma enters_correct k q weights value u h : enters areas k q weights value = true -> (inner u u <= 1)%R ->
  Forall2 (stands_for u) value h -> exists n, nth_error (ellipsoid_nodes C) k = Some n /\ state_of n = q /\ in_node n h.
Proof.
  unfold enters. destruct (nth_error areas k) as [[node A]|] eqn:E; [|discriminate]. intros H U S.
  destruct (area_is_of_a_node _ _ _ E) as [I ->]. apply andb_true_iff in H. destruct H as [Q H]. apply Nat.eqb_eq in Q.
  exists node. repeat split; auto. unfold encloses in H. destruct (is_joint weights); [eapply included_jointly_correct; eauto|].
  eapply included_correct; eauto. apply related_same_map, point_holds.
Qed.

Section Checked.
Variable goes_on : ellipsoid_node -> nat -> bool.
Hypothesis checked : check_steps goes_on = true.

Lemma starting_node : exists n, nth_error (ellipsoid_nodes C) (entry_node C) = Some n /\ bounded_by n [] (map real_of (start_state net)).
Proof.
  unfold check_steps in checked. rewrite !andb_true_iff in checked. destruct checked as [[_ H] _]. fold areas in H.
  unfold starts in H. apply orb_true_iff in H. destruct H as [H|H].
  - eapply (enters_correct _ _ _ _ [] (map real_of (start_state net))) in H; auto.
    + simpl. lra.
    + apply related_same_map. intros d. apply constant_stands, point_holds.
  - destruct (nth_error areas (entry_node C)) as [[node A]|] eqn:E; [|discriminate].
    destruct (area_is_of_a_node _ _ _ E) as [I _]. rewrite !andb_true_iff in H. destruct H as [[Q H] L].
    apply Nat.eqb_eq in Q, L. exists node. repeat split; auto. exists []. split; [simpl; lra|].
    rewrite (all_same_correct _ _ H). unfold center_of, shape_of. clear - L. revert L.
    generalize (shape (states node)) as rows_. induction (middle_of (states node)) as [|c l IH]; intros [|row rows_] L; simpl in *; try discriminate; auto.
    rewrite inner_empty, Rplus_0_r. f_equal. apply IH. now injection L.
Qed.

(* One step from a node that goes on under the symbol. *)
Lemma closing_step k w h s h' : In k (ellipsoid_nodes C) -> s < symbols net -> goes_on k s = true -> bounded_by k w h ->
  Forall2 (fun x y => Rabs (x - y) <= real_of (noise C))%R h' (next_state net s h) ->
  (exists p n, In p (pieces (k, area_of (states k)) s) /\ nth_error (ellipsoid_nodes C) (snd p) = Some n /\ bounded_by n (w ++ [s]) h') /\
  right_by_eta net M (real_of (margin C)) w s h'.
Proof.
  intros K S G (Q & B) D. destruct (piece_stands k s h B) as (p & u & P & U & T).
  pose proof (image_stands (blocks_for (weights_of p)) u U s _ h h' T D) as R.
  unfold check_steps in checked. rewrite !andb_true_iff, !forallb_forall in checked. destruct checked as [_ H].
  specialize (H (k, area_of (states k)) ltac:(apply in_map_iff; eauto)). rewrite forallb_forall in H.
  specialize (H (s, symbol_of (N := kind) net s) ltac:(apply in_map_iff; exists s; split; auto; apply in_seq; lia)).
  cbn [fst snd] in H. rewrite G in H. cbn [negb] in H. rewrite forallb_forall in H. specialize (H p P). cbn [fst snd] in H.
  rewrite Q in H. apply andb_true_iff in H. destruct H as [H1 H2]. split.
  - destruct (enters_correct _ _ _ _ u h' H1 U R) as (n & E & B'). exists p, n. unfold bounded_by. rewrite after_snoc. auto.
  - exact (is_right_correct _ u U s _ h' _ R H2).
Qed.

Lemma margin_is_above_zero : (0 < real_of (margin C))%R.
Proof.
  unfold check_steps in checked. rewrite !andb_true_iff in checked. destruct checked as [[[_ P] _] _].
  now apply is_above_zero_correct with (1 := point_holds _).
Qed.

Lemma allows_errors_of_steps : (0 <= real_of (noise C))%R.
Proof.
  unfold check_steps in checked. rewrite !andb_true_iff in checked. destruct checked as [[[P _] _] _].
  now apply is_not_below_zero_correct with (1 := point_holds _).
Qed.
End Checked.

(* After the word w the state h is in the ellipsoid of a node of the machine's state. *)
Definition bounded_by_a_node (w : list nat) (h : list R) : Prop := exists k, In k (ellipsoid_nodes C) /\ bounded_by k w h.

Section AllWords.
Hypothesis checked : check = true.

Lemma starts_in_a_node : bounded_by_a_node [] (map real_of (start_state net)).
Proof. destruct (starting_node everywhere checked) as (n & E & B). exists n. split; auto. now apply nth_error_In with (1 := E). Qed.

Lemma one_step_closes w h s h' : bounded_by_a_node w h -> s < symbols net ->
  Forall2 (fun x y => Rabs (x - y) <= real_of (noise C))%R h' (next_state net s h) ->
  bounded_by_a_node (w ++ [s]) h' /\ right_by_eta net M (real_of (margin C)) w s h'.
Proof.
  intros (k & K & B) S D. destruct (closing_step everywhere checked k w h s h' K S eq_refl B D) as ((p & n & _ & E & N) & R).
  split; auto. exists n. split; auto. now apply nth_error_In with (1 := E).
Qed.

Theorem always_bounded w h : computes net (real_of (noise C)) w h -> bounded_by_a_node w h.
Proof. exact (always_kept net M _ _ _ starts_in_a_node one_step_closes w h). Qed.

(* For every word, of any length, and every computation with errors of up to the noise: the logit of what the machine says is the largest, by the margin. *)
Theorem sound w s h : computes net (real_of (noise C)) (w ++ [s]) h ->
  let o := said M (after M w) s in
  o < classes /\ forall c, c < classes -> c <> o -> (real_of (margin C) <= logit net s h o - logit net s h c)%R.
Proof. exact (always_right net M _ _ _ starts_in_a_node one_step_closes w s h). Qed.

Theorem answers_as_the_machine w s h : computes net (real_of (noise C)) (w ++ [s]) h -> answers net s h (said M (after M w) s).
Proof. apply (always_answers net M _ _ _ starts_in_a_node one_step_closes). exact (margin_is_above_zero everywhere checked). Qed.

Theorem allows_errors : (0 <= real_of (noise C))%R.
Proof. exact (allows_errors_of_steps everywhere checked). Qed.
End AllWords.

(* Only some words: where a node has no next node, the proof says nothing of what comes after. *)
Definition goes_on (k : ellipsoid_node) (s : nat) : bool := nth s (followers k) (length (ellipsoid_nodes C)) <? length (ellipsoid_nodes C).
Definition has_no_forks (k : ellipsoid_node) : bool := forallb (fun f => match f with None => true | Some _ => false end) (forks k).
Definition check_some : bool := forallb has_no_forks (ellipsoid_nodes C) && check_steps goes_on.

Lemma of_combined {A B D : Type} (f : A -> B -> D) d : forall l m, In d (map2 f l m) -> exists a b, In a l /\ In b m /\ d = f a b.
Proof.
  induction l as [|x l IH]; intros [|y m] H; simpl in *; try contradiction. destruct H as [<-|H]; [exists x, y; auto|].
  destruct (IH m H) as (a & b & J & K & E). exists a, b. auto.
Qed.

(* Without forks all pieces lead to the same node. *)
Lemma one_way k s p : has_no_forks k = true -> In p (pieces (k, area_of (states k)) s) -> snd p = nth s (followers k) 0.
Proof.
  intros H I. unfold pieces in I. cbn [fst snd] in I. set (own := nth s (shares k) []) in *. set (n := nth s (followers k) 0) in *.
  assert (E : nth s (forks k) None = None).
  { destruct (nth_in_or_default s (forks k) None) as [J|E]; [|exact E]. unfold has_no_forks in H. rewrite forallb_forall in H.
    specialize (H _ J). now destruct (nth s (forks k) None). }
  destruct (_ =? _) eqn:Len in I; [|destruct I as [<-|[]]; reflexivity].
  apply of_combined in I. destruct I as (q & weights & I & _ & ->). cbn [weighed snd]. unfold branch_of in *. rewrite E in *. fold n in I, Len.
  destruct (length own =? 1) eqn:One; [destruct I as [<-|[]]; reflexivity|]. cbn [parts_of] in I, Len. rewrite repeat_length in *.
  destruct (cut_in (length own)) as [cut|]; [destruct (_ && _) in I, Len|]; try (simpl length in Len; rewrite Nat.eqb_sym in Len; congruence).
  apply in_concat in I. destruct I as (l & L & I). apply of_combined in L. destruct L as (sl & inner & _ & J & ->).
  apply in_map_iff in J. destruct J as (b & <- & J). apply repeat_spec in J. subst b. destruct I as [<-|[]]. reflexivity.
Qed.

Section SomeWords.
Hypothesis checked_some : check_some = true.
Let without : forall k, In k (ellipsoid_nodes C) -> has_no_forks k = true.
Proof. apply forallb_forall. unfold check_some in checked_some. now apply andb_true_iff in checked_some. Qed.
Let checked : check_steps goes_on = true.
Proof. unfold check_some in checked_some. now apply andb_true_iff in checked_some. Qed.

Definition kept (w : list nat) (h : list R) : Prop :=
  speaks_of (bare C) w -> exists k, nth_error (ellipsoid_nodes C) (node_after (bare C) w) = Some k /\ bounded_by k w h.

Lemma followed_in_bare n s : followed (bare C) n s =
  match nth_error (ellipsoid_nodes C) n with
  | Some k => nth s (followers k) (length (ellipsoid_nodes C))
  | None => length (ellipsoid_nodes C)
  end.
Proof. unfold followed, bare. cbn [nodes]. rewrite nth_error_map, length_map. now destruct (nth_error (ellipsoid_nodes C) n). Qed.

Lemma kept_at_start : kept [] (map real_of (start_state net)).
Proof. intros _. exact (starting_node goes_on checked). Qed.

Lemma kept_by_a_step w h s h' : kept w h -> s < symbols net -> speaks_of (bare C) (w ++ [s]) ->
  Forall2 (fun x y => Rabs (x - y) <= real_of (noise C))%R h' (next_state net s h) ->
  (exists k, nth_error (ellipsoid_nodes C) (node_after (bare C) (w ++ [s])) = Some k /\ bounded_by k (w ++ [s]) h') /\
  right_by_eta net M (real_of (margin C)) w s h'.
Proof.
  intros K S Sp D. destruct (K (speaks_of_beginnings _ _ _ Sp)) as (k & E & B). unfold speaks_of in Sp. rewrite node_after_snoc in *.
  rewrite followed_in_bare in *. rewrite E in *. unfold bare in Sp. cbn [nodes] in Sp. rewrite length_map in Sp.
  assert (G : goes_on k s = true) by now apply Nat.ltb_lt.
  destruct (closing_step goes_on checked k w h s h' (nth_error_In _ _ E) S G B D) as ((p & n & I & N & Bn) & R). split; auto.
  rewrite (one_way k s p (without k (nth_error_In _ _ E)) I) in N. exists n. split; auto. rewrite <- N. f_equal. destruct (le_lt_dec (length (followers k)) s) as [L|L].
  - rewrite nth_overflow in Sp by exact L. lia.
  - now apply nth_indep.
Qed.

Theorem always_kept_so_far w h : computes net (real_of (noise C)) w h -> kept w h.
Proof.
  induction 1 as [|w h s h' H IH S D]; [exact kept_at_start|]. intros Sp. now apply (kept_by_a_step w h s h').
Qed.

(* Where the proof speaks of a word and its next symbol, the state is in a node that goes on. *)
Theorem bounded_on_words w s h : speaks_of (bare C) (w ++ [s]) -> computes net (real_of (noise C)) w h ->
  exists k, In k (ellipsoid_nodes C) /\ goes_on k s = true /\ bounded_by k w h.
Proof.
  intros Sp H. destruct (always_kept_so_far w h H (speaks_of_beginnings _ _ _ Sp)) as (k & E & B). exists k.
  split; [now apply nth_error_In with (1 := E)|]. split; auto. unfold speaks_of in Sp. rewrite node_after_snoc, followed_in_bare, E in Sp.
  unfold bare in Sp. cbn [nodes] in Sp. rewrite length_map in Sp. now apply Nat.ltb_lt.
Qed.

Theorem right_on_words w s h : speaks_of (bare C) (w ++ [s]) -> computes net (real_of (noise C)) (w ++ [s]) h ->
  right_by_eta net M (real_of (margin C)) w s h.
Proof.
  intros Sp H. inversion H as [E|w' h' s' h'' H' S D E]; [destruct w; discriminate|].
  apply app_inj_tail in E. destruct E; subst. exact (proj2 (kept_by_a_step w h' s h (always_kept_so_far w h' H') S Sp D)).
Qed.

Theorem answers_on_words w s h : speaks_of (bare C) (w ++ [s]) -> computes net (real_of (noise C)) (w ++ [s]) h ->
  answers net s h (said M (after M w) s).
Proof.
  intros Sp H. destruct (right_on_words w s h Sp H) as [O G]. split; auto. intros c L N. specialize (G c L N).
  pose proof (margin_is_above_zero goes_on checked). lra.
Qed.
End SomeWords.
End Check.
End EllipsoidRegions.
