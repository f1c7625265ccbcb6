(* From machines to numbers: if a net always writes what the machine of a task says, it does the task, for all natural numbers.
   `writes w out` stands for: reading the word w, the net writes `out`, whatever rounding errors its steps have. *)

From Coq Require Import ZArith List Lia.
From Anylength Require Import Machine.
From Anylength Require Import machines.Tables machines.Digits machines.Equivalent.
From Anylength Require machines.Count machines.Affine machines.Division machines.Parity machines.TwoNumbers machines.Groups.
Import ListNotations.

Section Statements.
Variable writes : list nat -> list nat -> Prop.

(* The net writes what the machine M says, on all words over A symbols. *)
Definition writes_as (A : nat) (M : machine) : Prop := forall w, over A w -> writes w (outputs M w).

(* A machine's own table may number its states in another way. *)
Lemma writes_as_equivalent A M D : writes_as A M -> equivalent M D A = true -> writes_as A D.
Proof. intros W E w H. rewrite <- (equivalent_right M D A E w H). now apply W. Qed.

Variable b : nat.
Hypothesis two : (2 <= b)%nat.

Lemma over_behind w tail : over b w -> over b (w ++ repeat 0%nat tail).
Proof. intros W. apply Forall_app; split; auto. apply Forall_forall. intros x X. apply repeat_spec in X. lia. Qed.

Lemma over_digits n tail : over b (digits b n ++ repeat 0%nat tail).
Proof. apply over_behind. now apply digits_over. Qed.

Lemma over_reversed n : over b (rev (digits b n)).
Proof. apply Forall_rev. now apply digits_over. Qed.

(* What a net writes for n, read as a number: the digits of the result. *)
Theorem counts : writes_as b (Count.count b) ->
  forall n, exists out, writes (digits b n ++ [0%nat]) out /\ trimmed out = digits b (n + 1).
Proof. intros W n. eexists; split; [apply W, (over_digits n 1) | now apply Count.count_digits]. Qed.

Theorem decrements : writes_as b (Count.decrement b) ->
  forall n, (1 <= n)%N -> exists out, writes (digits b n ++ [0%nat]) out /\ trimmed out = digits b (n - 1).
Proof. intros W n P. eexists; split; [apply W, (over_digits n 1) | now apply Count.decrement_digits]. Qed.

Theorem multiplies K : (1 <= K)%nat -> writes_as b (Affine.multiply K b) ->
  forall n, exists out, writes (digits b n ++ repeat 0%nat (Affine.affine_tail K b)) out /\ trimmed out = digits b (N.of_nat K * n).
Proof. intros P W n. eexists; split; [apply W, over_digits | now apply Affine.multiply_digits]. Qed.

Theorem computes_collatz : writes_as b (Affine.collatz b) ->
  forall n, exists out, writes (digits b n ++ repeat 0%nat (Affine.affine_tail 3 b)) out /\ trimmed out = digits b (3 * n + 1).
Proof. intros W n. eexists; split; [apply W, over_digits | now apply Affine.collatz_digits]. Qed.

(* Division reads and writes from the left. *)
Theorem divides K : (1 <= K)%nat -> writes_as b (Division.divide K b) ->
  forall n, exists out, writes (rev (digits b n)) out /\ trimmed (rev out) = digits b (n / N.of_nat K).
Proof. intros P W n. eexists; split; [apply W, over_reversed | now apply Division.divide_digits]. Qed.

(* The answer is what is written last. *)
Theorem computes_remainder K : (1 <= K)%nat -> writes_as b (Division.remainder K b) ->
  forall n, exists out, writes (rev (digits b n)) out /\ N.of_nat (last out 0%nat) = (n mod N.of_nat K)%N.
Proof. intros P W n. eexists; split; [apply W, over_reversed | now apply Division.remainder_digits]. Qed.

Theorem computes_parity : writes_as b (Parity.parity b) ->
  forall n, exists out, writes (digits b n) out /\ last out 0%nat = (Parity.digit_sum (digits b n) mod 2)%nat.
Proof.
  intros W n. eexists; split; [apply W; now apply digits_over | now apply Parity.parity_digits].
Qed.

(* Two numbers are read side by side, digit by digit, the shorter one with zeros behind it. *)
Lemma over_side_by_side n m tail : over (b * b) (TwoNumbers.side_by_side b (digits b n) (digits b m) ++ repeat 0%nat tail).
Proof.
  destruct (TwoNumbers.side_by_side_right b _ _ ltac:(lia) (digits_over b n two) (digits_over b m two)) as (W & _).
  apply Forall_app; split; auto. apply Forall_forall. intros x X. apply repeat_spec in X. nia.
Qed.

Theorem adds : writes_as (b * b) (TwoNumbers.add b) ->
  forall n m, exists out, writes (TwoNumbers.side_by_side b (digits b n) (digits b m) ++ [0%nat]) out /\ trimmed out = digits b (n + m).
Proof. intros W n m. eexists; split; [apply W, (over_side_by_side n m 1) | now apply TwoNumbers.add_digits]. Qed.

Theorem subtracts : writes_as (b * b) (TwoNumbers.subtract b) ->
  forall n m, (m <= n)%N ->
  exists out, writes (TwoNumbers.side_by_side b (digits b n) (digits b m) ++ [0%nat]) out /\ trimmed out = digits b (n - m).
Proof. intros W n m L. eexists; split; [apply W, (over_side_by_side n m 1) | now apply TwoNumbers.subtract_digits]. Qed.

(* The last answer is 0, 1 or 2: the first number is smaller, equal, larger. *)
Theorem compares : writes_as (b * b) (TwoNumbers.compare b) ->
  forall n m, exists out, writes (TwoNumbers.side_by_side b (digits b n) (digits b m)) out /\
    last out 0%nat = TwoNumbers.order (Z.of_N n) (Z.of_N m).
Proof.
  intros W n m. exists (outputs (TwoNumbers.compare b) (TwoNumbers.side_by_side b (digits b n) (digits b m))).
  split; [|now apply TwoNumbers.compare_digits].
  pose proof (over_side_by_side n m 0) as O. rewrite app_nil_r in O. apply W, O.
Qed.

(* Word problems of groups. Symbol s stands for the permutation `nth s factors []`, and output c for `nth c names []`. *)
Theorem multiplies_permutations M n names factors :
  writes_as (length factors) M -> Groups.products_of M n names factors = true ->
  NoDup names /\ forall w, over (length factors) w ->
    exists out, writes w out /\ map (Groups.name names) out = Groups.products n (map (Groups.factor factors) w).
Proof.
  intros W C. split; [exact (proj1 (Groups.names_right M n names factors C))|].
  intros w O. exists (outputs M w). split; [now apply W | now apply Groups.products_right].
Qed.

(* Symbol s stands for the number `nth s values 0`. *)
Theorem sums_modulo N values : (1 <= N)%nat -> writes_as (length values) (Groups.sums N values) ->
  forall w, over (length values) w -> writes w (map (fun k => Groups.total values (firstn k w) mod N)%nat (seq 1 (length w))).
Proof. intros P W w O. rewrite <- Groups.sums_outputs by assumption. now apply W. Qed.
End Statements.
