(* Forms: numbers that depend on a vector u, |u| <= 1, in part linearly and in part by second-order terms. Each operation's rule, and
   that its result stands for the exact result, for the same u. Coefficients are intervals, so what is rounded needs no account. *)

From Coq Require Import ZArith Reals List Bool Arith Lra Lia.
From Interval Require Import Float.Sig Interval.Interval Real.Xreal.
From Anylength Require Import Numbers Program Agreement Basic Intervals Vectors Matrices Bends ThirdOrder Parabola.
Import ListNotations.
Local Open Scope R_scope.

Lemma sigmoid_by_tanh x : sigmoid x = / 2 + / 2 * tanh (/ 2 * x).
Proof.
  rewrite tanh_by_exp. replace (2 * (/ 2 * x)) with x by field. unfold sigmoid. rewrite exp_Ropp. pose proof (exp_pos x). field. lra.
Qed.

Module Forms (F : FloatOps with Definition sensible_format := true).
Module Export V := Intervals F.

(* The numbers c + g . u + the bends of B, for c, g and B in these intervals. A constant has no rows in g and B. `bound` bounds the
   second-order terms, and what is not linear of their products with linear numbers: see `bounds_terms`. *)
Record form := { middle : I.type; linear : list I.type; curved : list (list I.type); bound : I.type }.

Notation related := (Forall2 holds).
Notation related_rows := (Forall2 related).

Definition straight (i : I.type) (g : list I.type) : form := {| middle := i; linear := g; curved := []; bound := integer 0 |}.
Definition constant (i : I.type) : form := straight i [].
Definition is_constant (f : form) : bool := match linear f, curved f with [], [] => true | _, _ => false end.

(* Linear operations go term by term. *)
Definition added (a b : form) : form :=
  {| middle := plus (middle a) (middle b);
     linear := joined plus (linear a) (linear b);
     curved := joined (joined plus) (curved a) (curved b);
     bound := plus (bound a) (bound b) |}.
Definition times_form (k : I.type) (a : form) : form :=
  {| middle := times k (middle a); linear := map (times k) (linear a); curved := map (map (times k)) (curved a);
     bound := times (I.abs k) (bound a) |}.
Definition negated (a : form) : form :=
  {| middle := I.neg (middle a); linear := map I.neg (linear a); curved := map (map I.neg) (curved a); bound := bound a |}.
Definition subtracted (a b : form) : form := added a (negated b).

(* How far the numbers of a form are from its middle, and where they are. *)
Definition half (i : I.type) : I.type := over i (integer 2).
Definition around (i : I.type) : I.type := times (hull (integer (-1)) (integer 1)) i.
Definition length_of (g : list I.type) : I.type := root (total (N := intervals) (map (I.sqr precision) g)).
Fixpoint lengths_of (rows : list (list I.type)) : I.type :=
  match rows with
  | [] => integer 0
  | row :: rest => plus (length_of row) (lengths_of rest)
  end.
Definition curved_bound (f : form) : I.type := smaller (bound f) (half (lengths_of (curved f))).
Definition range (f : form) : I.type :=
  if is_constant f then middle f else plus (middle f) (around (plus (length_of (linear f)) (curved_bound f))).

(* A form is its heart, one number, and what is beside that. *)
Definition heart (i : I.type) : I.type := I.singleton (I.midpoint i).
Definition beside (f : form) : form := {| middle := minus (middle f) (heart (middle f)); linear := linear f; curved := curved f; bound := bound f |}.

(* The linear number that is near the product of a linear one and second-order terms. *)
Fixpoint leaning_of (f : list I.type) (k : nat) (rows : list (list I.type)) : list I.type :=
  match rows with
  | [] => []
  | row :: rest =>
      let quarter := fun i => over i (integer 4) in
      joined plus (joined plus (map (times (quarter (nth k f (integer 0)))) row)
                               (map (times (quarter (dot (N := intervals) row f))) (repeat (integer 0) k ++ [integer 1])))
                  (joined plus (map (times (I.neg (quarter (nth k row (integer 0))))) f) (leaning_of f (S k) rest))
  end.

Section Blocks.
Variable blocks : nat.   (* how many rows of second-order terms are kept *)

(* (g . u) (h . u) *)
Definition bent (g h : list I.type) : form :=
  let rest_g := cleared (integer 0) blocks g in
  let rest_h := cleared (integer 0) blocks h in
  {| middle := plus (half (dot (N := intervals) g h)) (around (half (times (length_of rest_g) (length_of rest_h))));
     linear := [];
     curved := map (fun k => joined plus (map (times (nth k g (integer 0))) h) (map (times (nth k h (integer 0))) rest_g)) (seq 0 blocks);
     bound := plus (half (times (length_of g) (length_of h))) (half (times (length_of rest_g) (length_of rest_h))) |}.

(* The product of two forms that are small. Of the products of linear parts and second-order terms what is linear is kept. *)
Definition small_product (a b : form) : form :=
  let p := length_of (linear a) in
  let q := length_of (linear b) in
  let c := I.abs (middle a) in
  let d := I.abs (middle b) in
  let s := curved_bound a in
  let t := curved_bound b in
  let lines := joined plus (leaning_of (linear a) 0 (curved b)) (leaning_of (linear b) 0 (curved a)) in
  let rest := plus (plus (times p (plus d (half t))) (times q (plus c (half s)))) (times (plus c s) (plus d t)) in
  added (bent (linear a) (linear b)) (straight (around rest) lines).

(* (x + a) (y + b) = x (y + b) + y a + a b *)
Definition product (a b : form) : form :=
  if is_constant a then times_form (middle a) b
  else if is_constant b then times_form (middle b) a
  else
    let small_a := beside a in
    let small_b := beside b in
    added (added (times_form (heart (middle a)) b) (times_form (heart (middle b)) small_a)) (small_product small_a small_b).

(* tanh by the parabola through three points. How far tanh may be from it: by its third derivative, and by what the parabola misses at
   two points between and the fifth derivative. Both bounds hold, so what they have in common does. *)
Definition third (p : I.type) : I.type :=
  let q := over (integer 2) (integer 3) in minus q (times (integer 6) (I.sqr precision (minus (I.sqr precision p) q))).
Definition fifth (p : I.type) : I.type :=
  let square := I.sqr precision p in
  let beside_half := I.sqr precision (minus square (over (integer 1) (integer 2))) in
  times (integer 8) (times (minus (integer 1) square) (minus (times (integer 15) beside_half) (over (integer 7) (integer 4)))).

Definition by_third (r p : I.type) : I.type :=
  times (over (third p) (integer 6)) (around (times (over (integer 3849003) (integer 10000000)) (times (times r r) r))).
Definition by_fifth (below above r p : I.type) : I.type :=
  let skewed := times (over (integer 5132004) (integer 10000000)) (I.abs (minus below above)) in
  let lifted := times (over (integer 2) (integer 3)) (I.abs (plus below above)) in
  let quintic := around (times (over (integer 1135) (integer 10000)) (times (times (times r r) r) (times r r))) in
  plus (around (plus skewed lifted)) (times (over (fifth p) (integer 120)) quintic).

Definition tanh_form (f : form) : form :=
  if is_constant f then constant (tanh_of (middle f)) else
  let y := heart (middle f) in
  let t := beside f in
  let most := plus (length_of (linear t)) (plus (I.abs (middle t)) (curved_bound t)) in
  let r := right_end most in
  if I.bounded most && is_above_zero r then
    let p := tanh_of y in
    let low := tanh_of (minus y r) in
    let high := tanh_of (plus y r) in
    let square := times r r in
    let slope := over (minus high low) (times (integer 2) r) in
    let bend := over (plus (minus high p) (minus low p)) (times (integer 2) square) in
    let missed := fun s => minus (tanh_of (plus y s)) (plus (plus p (times slope s)) (times bend (I.sqr precision s))) in
    let around_y := tanh_of (plus y (around r)) in
    let error := I.meet (by_third r around_y) (by_fifth (missed (I.neg (half r))) (missed (half r)) r around_y) in
    added (constant (plus p error)) (added (times_form slope t) (times_form bend (small_product t t)))
  else constant (tanh_of (range f)).

Definition sigmoid_form (f : form) : form :=
  let h := inverse (integer 2) in
  if is_constant f then constant (sigmoid_of (middle f)) else added (constant h) (times_form h (tanh_form (times_form h f))).

(* What has no rule of its own has that of its interval. *)
Definition form_binary (f : binary) (a b : form) : form :=
  match f with
  | Add => added a b
  | Subtract => subtracted a b
  | Multiply => product a b
  | Maximum | Minimum => constant (interval_binary f (range a) (range b))
  end.

Definition form_unary (f : unary) (a : form) : form :=
  match f with
  | Tanh => tanh_form a
  | Sigmoid => sigmoid_form a
  | Square => product a a
  | _ => constant (interval_unary f (range a))
  end.

Definition forms : numbers := {|
  number := form;
  exactly := fun d => constant (point d);
  apply2 := form_binary;
  apply1 := form_unary;
  lerp := fun z a b => added a (product z (subtracted b a));
  divided := fun a n => times_form (inverse (integer (Z.of_nat n))) a;
  normalized := fun x s n e => constant (interval_normalized (range x) (range s) n (range e))
|}.

(* Each rule is right, for one vector u. *)
Variable u : vector.
Hypothesis short : inner u u <= 1.

Definition stands_for (f : form) (x : R) : Prop :=
  exists c g B s, holds (middle f) c /\ related (linear f) g /\ related_rows (curved f) B /\ holds (bound f) s /\ bounds_terms u s B /\
    x = c + inner g u + bends u 0 B.

Lemma straight_stands i c l g : holds i c -> related l g -> stands_for (straight i l) (c + inner g u).
Proof.
  intros C G. exists c, g, [], 0. split; [|split; [|split; [|split; [|split]]]]; auto; [apply integer_holds | apply nothing_bounds | simpl; ring].
Qed.

Lemma constant_stands i x : holds i x -> stands_for (constant i) x.
Proof. intros X. replace x with (x + inner [] u) by (simpl; ring). now apply straight_stands. Qed.

Lemma of_constant f x : is_constant f = true -> stands_for f x -> holds (middle f) x.
Proof.
  unfold is_constant. destruct f as [m [|? l] [|? c] s]; try discriminate. intros _ (y & g & B & t & Y & G & C & _ & _ & ->). simpl in *.
  inversion G; inversion C; subst. simpl. now rewrite !Rplus_0_r.
Qed.

Lemma added_stands a b x y : stands_for a x -> stands_for b y -> stands_for (added a b) (x + y).
Proof.
  intros (c & g & B & s & C & G & BB & S & T & ->) (c' & g' & B' & s' & C' & G' & BB' & S' & T' & ->).
  exists (c + c'), (sum g g'), (joined sum B B'), (s + s'). split; [|split; [|split; [|split; [|split]]]]; simpl.
  - now apply plus_holds.
  - apply related_joined; auto. intros; now apply plus_holds.
  - apply related_joined; auto. intros. apply related_joined; auto. intros; now apply plus_holds.
  - now apply plus_holds.
  - now apply sum_bounds.
  - rewrite inner_sum, bends_sum. ring.
Qed.

Lemma scaled_related k c g h : holds k c -> related g h -> related (map (times k) g) (scaled c h).
Proof. intros K. apply related_map with (r := holds). intros; now apply times_holds. Qed.

Lemma scaled_rows_related k c g h : holds k c -> related_rows g h -> related_rows (map (map (times k)) g) (map (scaled c) h).
Proof. intros K. apply related_map with (r := related). intros; now apply scaled_related. Qed.

Lemma times_form_stands k c a x : holds k c -> stands_for a x -> stands_for (times_form k a) (c * x).
Proof.
  intros K (d & g & B & s & C & G & BB & S & T & ->). exists (c * d), (scaled c g), (map (scaled c) B), (Rabs c * s).
  split; [|split; [|split; [|split; [|split]]]]; simpl.
  - now apply times_holds.
  - now apply scaled_related.
  - now apply scaled_rows_related.
  - apply times_holds; auto. now apply absolute_holds.
  - now apply scaled_bounds.
  - rewrite inner_scaled, bends_scaled. ring.
Qed.

Lemma negated_stands a x : stands_for a x -> stands_for (negated a) (- x).
Proof.
  intros (d & g & B & s & C & G & BB & S & T & ->). exists (- d), (scaled (-1) g), (map (scaled (-1)) B), s.
  assert (N : forall i y, holds i y -> holds (I.neg i) (-1 * y)).
  { intros i y Y. replace (-1 * y) with (- y) by ring. exact (I.neg_correct _ _ Y). }
  split; [|split; [|split; [|split; [|split]]]]; simpl; auto.
  - exact (I.neg_correct _ _ C).
  - apply related_map with (r := holds); auto.
  - apply related_map with (r := related); auto. intros v w. apply related_map with (r := holds); auto.
  - replace s with (Rabs (-1) * s) by (rewrite Rabs_left by lra; ring). now apply scaled_bounds.
  - rewrite inner_scaled, bends_scaled. ring.
Qed.

Lemma subtracted_stands a b x y : stands_for a x -> stands_for b y -> stands_for (subtracted a b) (x - y).
Proof. intros X Y. apply added_stands; auto. now apply negated_stands. Qed.

(* Sizes and ranges. *)
Lemma half_holds i x : holds i x -> holds (half i) (x / 2).
Proof. intros X. apply over_holds; auto. apply integer_holds. Qed.

Lemma around_holds i r x : holds i r -> Rabs x <= r -> holds (around i) x.
Proof.
  intros R X. apply between_abs in X. destruct (Req_dec r 0) as [->|N].
  - replace x with (0 * 0) by lra. apply times_holds; auto. apply (hull_holds _ _ (-1) 1); try apply integer_holds. lra.
  - replace x with (x / r * r) by (field; auto). apply times_holds; auto.
    apply (hull_holds _ _ (-1) 1); try apply integer_holds. left. assert (0 < r) by lra.
    split; apply Rmult_le_reg_r with r; auto; unfold Rdiv; rewrite Rmult_assoc, Rinv_l by auto; lra.
Qed.

Lemma length_of_holds g h : related g h -> holds (length_of g) (size h).
Proof.
  intros G. apply root_holds. replace (inner h h) with (total (N := reals) (map (fun x => x * x) h)).
  - apply (total_related _ _ _ intervals_hold). apply related_map with (r := holds); auto. intros; now apply square_holds.
  - clear. induction h as [|x h IH]; simpl; [unfold real_of; simpl; ring | now rewrite IH].
Qed.

Lemma lengths_of_holds B C : related_rows B C -> holds (lengths_of B) (sizes C).
Proof. induction 1; simpl; [apply integer_holds|]. apply plus_holds; auto. now apply length_of_holds. Qed.

Lemma curved_bound_holds f B s : related_rows (curved f) B -> holds (bound f) s -> bounds_terms u s B ->
  exists t, holds (curved_bound f) t /\ bounds_terms u t B.
Proof.
  intros R S T. exists (Rmin s (sizes B / 2)). split.
  - apply smaller_holds; auto. now apply half_holds, lengths_of_holds.
  - apply least_bounds; auto. now apply sizes_bound.
Qed.

Lemma range_holds f x : stands_for f x -> holds (range f) x.
Proof.
  intros S. unfold range. destruct (is_constant f) eqn:E; [now apply of_constant|].
  destruct S as (c & g & B & s & C & G & BB & S & T & ->). rewrite Rplus_assoc. apply plus_holds; auto.
  destruct (curved_bound_holds f B s BB S T) as (t & HT & [L _]). apply around_holds with (size g + t).
  - apply plus_holds; auto. now apply length_of_holds.
  - pose proof (between_abs _ _ (inner_with_short g u short)). apply between_abs in L. apply Rabs_le. lra.
Qed.

Lemma heart_holds i : exists y, holds (heart i) y.
Proof.
  exists (proj_val (I.convert_bound (I.midpoint i))). apply I.singleton_correct.
Qed.

Lemma beside_stands f x y : holds (heart (middle f)) y -> stands_for f x -> stands_for (beside f) (x - y).
Proof.
  intros Y (c & g & B & s & C & G & BB & S & T & ->). exists (c - y), g, B, s.
  split; [|split; [|split; [|split; [|split]]]]; auto; simpl; [now apply minus_holds | ring].
Qed.

(* Products. *)
Lemma nth_holds g h k : related g h -> holds (nth k g (integer 0)) (nth k h 0).
Proof. intros G. apply related_nth; auto. apply integer_holds. Qed.

Lemma cleared_related g h : related g h -> forall n, related (cleared (integer 0) n g) (cleared 0 n h).
Proof. induction 1; intros [|n]; simpl; auto. constructor; auto. apply integer_holds. Qed.

Lemma bent_stands g h g' h' : related g g' -> related h h' -> stands_for (bent g h) (inner g' u * inner h' u).
Proof.
  intros G H. pose proof (product_by_bends u blocks g' h' short) as P.
  set (B := map (product_row blocks g' h') (seq 0 blocks)) in *.
  exists (inner g' u * inner h' u - bends u 0 B), [], B, (size g' * size h' / 2 + size (cleared 0 blocks g') * size (cleared 0 blocks h') / 2).
  split; [|split; [|split; [|split; [|split]]]]; simpl; auto; [| | |now apply product_bounds|ring].
  - replace (_ - _) with (inner g' h' / 2 + (inner g' u * inner h' u - bends u 0 B - inner g' h' / 2)) by ring. apply plus_holds.
    + apply half_holds. rewrite <- dot_is_inner. now apply (dot_related _ _ _ intervals_hold).
    + eapply around_holds; [|exact P]. apply half_holds, times_holds; now apply length_of_holds, cleared_related.
  - apply related_same_map. intros k. apply related_joined; [intros; now apply plus_holds| |]; apply scaled_related; auto.
    + now apply nth_holds.
    + now apply nth_holds.
    + now apply cleared_related.
  - apply plus_holds; apply half_holds, times_holds; apply length_of_holds; auto; now apply cleared_related.
Qed.

Lemma leaning_related g f B C : related g f -> related_rows B C -> forall k, related (leaning_of g k B) (leaning f k C).
Proof.
  intros G R. assert (Q : forall i x, holds i x -> holds (over i (integer 4)) (x / 4)) by (intros; apply over_holds; auto; apply integer_holds).
  induction R as [|row r B C H R IH]; intros k; simpl; auto.
  repeat (apply related_joined; [intros; now apply plus_holds|..]); auto; apply scaled_related; auto.
  - now apply Q, nth_holds.
  - apply Q. rewrite <- dot_is_inner. now apply (dot_related _ _ _ intervals_hold).
  - apply related_append; [apply related_repeat|repeat constructor]; apply integer_holds.
  - exact (I.neg_correct _ _ (Q _ _ (nth_holds _ _ k H))).
Qed.

(* Of (c + l + S)(d + m + T) all is near l m and the linear numbers that are near l T and m S. *)
Lemma rest_of_product c d l m S T e o p q s t : Rabs l <= p -> Rabs m <= q -> Rabs S <= s -> Rabs T <= t ->
  Rabs (l * T - e) <= t * p / 2 -> Rabs (m * S - o) <= s * q / 2 ->
  Rabs ((c + l + S) * (d + m + T) - l * m - (e + o)) <= p * (Rabs d + t / 2) + q * (Rabs c + s / 2) + (Rabs c + s) * (Rabs d + t).
Proof.
  intros L M HS HT E O.
  replace (_ - _) with (l * d + m * c + (c + S) * (d + T) + ((l * T - e) + (m * S - o))) by ring.
  assert (A : forall x y a b, Rabs x <= a -> Rabs y <= b -> Rabs (x * y) <= a * b).
  { intros. rewrite Rabs_mult. apply Rmult_le_compat; auto using Rabs_pos. }
  assert (P : forall x y a b, Rabs x <= a -> Rabs y <= b -> Rabs (x + y) <= a + b).
  { intros. eapply Rle_trans; [apply Rabs_triang|]. lra. }
  pose proof (P _ _ _ _ (P _ _ _ _ (P _ _ _ _ (A _ _ _ _ L (Rle_refl (Rabs d))) (A _ _ _ _ M (Rle_refl (Rabs c))))
    (A _ _ _ _ (P _ _ _ _ (Rle_refl (Rabs c)) HS) (P _ _ _ _ (Rle_refl (Rabs d)) HT))) (P _ _ _ _ E O)). lra.
Qed.

Lemma small_product_stands a b x y : stands_for a x -> stands_for b y -> stands_for (small_product a b) (x * y).
Proof.
  intros (c & g & B & s & C & G & BB & S & T & ->) (d & h & B' & s' & D & H & BB' & S' & T' & ->).
  destruct (curved_bound_holds a B s BB S T) as (k & K & [L1 L2]). destruct (curved_bound_holds b B' s' BB' S' T') as (m & M & [L3 L4]).
  set (x := c + _ + _). set (y := d + _ + _). set (lines := leans u g 0 B' + leans u h 0 B).
  replace (x * y) with (inner g u * inner h u + (x * y - inner g u * inner h u - lines + lines)) by ring.
  apply added_stands; [now apply bent_stands|].
  replace lines with (inner (sum (leaning g 0 B') (leaning h 0 B)) u) at 2 by (rewrite inner_sum, !inner_leaning; reflexivity).
  apply straight_stands.
  - eapply around_holds; [|unfold x, y, lines; apply rest_of_product with (p := size g) (q := size h) (s := k) (t := m); auto using inner_with_short].
    repeat first [apply plus_holds | apply times_holds | apply half_holds | apply absolute_holds | now apply length_of_holds | assumption].
  - apply related_joined; [intros; now apply plus_holds| |]; now apply leaning_related.
Qed.

Lemma product_stands a b x y : stands_for a x -> stands_for b y -> stands_for (product a b) (x * y).
Proof.
  intros X Y. unfold product. destruct (is_constant a) eqn:A; [apply times_form_stands; auto; now apply of_constant|].
  destruct (is_constant b) eqn:B; [rewrite Rmult_comm; apply times_form_stands; auto; now apply of_constant|].
  destruct (heart_holds (middle a)) as [p P]. destruct (heart_holds (middle b)) as [q Q].
  replace (x * y) with (p * y + q * (x - p) + (x - p) * (y - q)) by ring.
  pose proof (beside_stands a x p P X). pose proof (beside_stands b y q Q Y).
  apply added_stands; [apply added_stands|]; [now apply times_form_stands | now apply times_form_stands | now apply small_product_stands].
Qed.

(* tanh. *)
Lemma third_holds i p : holds i p -> holds (third i) (tanh3 p).
Proof.
  intros P. assert (Q : holds (over (integer 2) (integer 3)) (2 / 3)) by (apply over_holds; apply integer_holds).
  apply minus_holds; auto. apply times_holds; [apply integer_holds|]. apply square_holds, minus_holds; auto. now apply square_holds.
Qed.

Lemma fifth_holds i p : holds i p -> holds (fifth i) (tanh5 p).
Proof.
  intros P. pose proof (square_holds _ _ P) as S. assert (K : forall n, holds (integer n) (IZR n)) by apply integer_holds.
  apply times_holds; auto. apply times_holds; [now apply minus_holds|]. apply minus_holds; [|now apply over_holds].
  apply times_holds; auto. apply square_holds, minus_holds; auto. now apply over_holds.
Qed.

Lemma around_point y_ y r_ r z : holds y_ y -> holds r_ r -> Rabs (z - y) <= r -> holds (tanh_of (plus y_ (around r_))) (tanh z).
Proof.
  intros Y R Z. apply tanh_holds. replace z with (y + (z - y)) by ring. apply plus_holds; auto. now apply around_holds with r.
Qed.

Lemma by_third_holds r_ r p_ p t : holds r_ r -> holds p_ p -> Rabs t <= r -> holds (by_third r_ p_) (tanh3 p / 6 * cubic r t).
Proof.
  intros R P T. assert (K : forall n, holds (integer n) (IZR n)) by apply integer_holds.
  apply times_holds; [apply over_holds; auto; now apply third_holds|].
  eapply around_holds; [|exact (cubic_below r t T)]. repeat apply times_holds; auto. now apply over_holds.
Qed.

Lemma by_fifth_holds below above r_ r p_ p y t : 0 < r -> Rabs t <= r -> holds r_ r -> holds p_ p ->
  holds below (miss_below tanh y r) -> holds above (miss_above tanh y r) ->
  holds (by_fifth below above r_ p_) (more tanh y r t + tanh5 p / 120 * quintic r t).
Proof.
  intros A T R P L H. assert (K : forall n, holds (integer n) (IZR n)) by apply integer_holds. apply plus_holds.
  - eapply around_holds; [|exact (more_below tanh y r t A T)].
    apply plus_holds; (apply times_holds; [now apply over_holds|]; apply absolute_holds); [now apply minus_holds | now apply plus_holds].
  - apply times_holds; [apply over_holds; auto; now apply fifth_holds|].
    eapply around_holds; [|exact (quintic_below r t A T)]. repeat apply times_holds; auto. now apply over_holds.
Qed.

Lemma tanh_form_stands f x : stands_for f x -> stands_for (tanh_form f) (tanh x).
Proof.
  intros X. unfold tanh_form. destruct (is_constant f) eqn:C; [apply constant_stands, tanh_holds; now apply of_constant|].
  set (y_ := heart (middle f)). set (most := plus _ _). set (r_ := right_end most).
  destruct (I.bounded most && is_above_zero r_) eqn:B; [|now apply constant_stands, tanh_holds, range_holds].
  apply andb_true_iff in B. destruct B as [B A].
  destruct (heart_holds (middle f)) as [y Y]. fold y_ in Y.
  pose proof (beside_stands f x y Y X) as T. set (t := x - y) in *.
  assert (W : exists m, holds most m /\ Rabs t <= m).
  { destruct T as (c & g & rows & s & HC & HG & HR & HS & HT & E). destruct (curved_bound_holds (beside f) rows s HR HS HT) as (k & K & [L _]).
    exists (size g + (Rabs c + k)). split; [apply plus_holds; [now apply length_of_holds|]; apply plus_holds; auto; now apply absolute_holds|].
    rewrite E.
    pose proof (between_abs _ _ (inner_with_short g u short)). pose proof (between_abs c (Rabs c) (Rle_refl _)). apply between_abs in L.
    apply Rabs_le. lra. }
  destruct W as (m & M & N).
  destruct (ends most _ M B) as (_ & r & [_ L] & _ & R). fold r_ in R. pose proof (is_above_zero_correct _ _ R A) as P.
  assert (S : Rabs t <= r) by lra.
  pose proof (tanh_holds _ _ Y) as HP. assert (K : forall n, holds (integer n) (IZR n)) by apply integer_holds.
  assert (RR : holds (times r_ r_) (r * r)) by now apply times_holds.
  pose proof (tanh_holds _ _ (minus_holds _ _ _ _ Y R)) as HL. pose proof (tanh_holds _ _ (plus_holds _ _ _ _ Y R)) as HH.
  cbv zeta. set (slope_ := over _ (times _ r_)). set (bend_ := over _ (times _ (times r_ r_))).
  assert (HS : holds slope_ (slope tanh y r)) by (apply over_holds; [now apply minus_holds | now apply times_holds]).
  assert (HB : holds bend_ (curvature tanh y r)).
  { apply over_holds; [apply plus_holds; now apply minus_holds | now apply times_holds]. }
  assert (MISS : forall s_ s, holds s_ s ->
    holds (minus (tanh_of (plus y_ s_)) (plus (plus (tanh_of y_) (times slope_ s_)) (times bend_ (I.sqr precision s_))))
      (tanh (y + s) - parabola tanh y r s)).
  { intros s_ s HS'. apply minus_holds; [now apply tanh_holds, plus_holds|].
    apply plus_holds; [apply plus_holds; auto|]; apply times_holds; auto. now apply square_holds. }
  pose proof (half_holds _ _ R) as HR. pose proof (MISS _ _ HR) as ABOVE. pose proof (MISS _ _ (I.neg_correct _ _ HR)) as BELOW. clear MISS.
  replace (tanh x) with (tanh y + (tanh x - parabola tanh y r t) + (slope tanh y r * t + curvature tanh y r * (t * t)))
    by (unfold parabola; ring).
  apply added_stands; [apply constant_stands, plus_holds; auto|apply added_stands].
  - replace x with (y + t) by (unfold t; ring). apply I.meet_correct.
    + destruct (tanh_near y r t P S) as (z & Z & ->). replace (_ - _) with (tanh3 (tanh z) / 6 * cubic r t) by ring.
      apply by_third_holds; auto. now apply around_point with y r.
    + destruct (tanh_nearer y r t P S) as (z & Z & ->).
      replace (_ - _) with (more tanh y r t + tanh5 (tanh z) / 120 * quintic r t) by ring.
      apply by_fifth_holds; auto. now apply around_point with y r.
  - now apply times_form_stands.
  - apply times_form_stands; auto. now apply small_product_stands.
Qed.

Lemma sigmoid_form_stands f x : stands_for f x -> stands_for (sigmoid_form f) (sigmoid x).
Proof.
  intros X. unfold sigmoid_form. destruct (is_constant f) eqn:C; [apply constant_stands, sigmoid_holds; now apply of_constant|].
  assert (H : holds (inverse (integer 2)) (/ 2)) by apply inverse_holds, integer_holds.
  rewrite sigmoid_by_tanh. apply added_stands; [now apply constant_stands|].
  apply times_form_stands; auto. apply tanh_form_stands. now apply times_form_stands.
Qed.

Theorem forms_stand : @agreement forms reals stands_for.
Proof.
  pose proof intervals_hold as H. split; simpl.
  - intros d. apply constant_stands, point_holds.
  - intros [] x x' y y' X Y; simpl.
    + now apply added_stands.
    + now apply subtracted_stands.
    + now apply product_stands.
    + apply constant_stands, larger_holds; now apply range_holds.
    + apply constant_stands, smaller_holds; now apply range_holds.
  - intros f x x' X. pose proof (constant_stands _ _ (apply1_related _ _ _ H f _ _ (range_holds _ _ X))) as R. destruct f; try exact R.
    + now apply tanh_form_stands.
    + now apply sigmoid_form_stands.
    + now apply product_stands.
  - intros z z' a a' b b' Z A B. replace ((1 - z') * a' + z' * b') with (a' + z' * (b' - a')) by ring.
    apply added_stands; auto. apply product_stands; auto. now apply subtracted_stands.
  - intros x x' n X. change (stands_for (times_form (inverse (integer (Z.of_nat n))) x) (x' / INR n)).
    unfold Rdiv. rewrite Rmult_comm. apply times_form_stands; auto. apply inverse_holds, count_holds.
  - intros. apply constant_stands, interval_normalized_holds; now apply range_holds.
Qed.
End Blocks.
End Forms.
