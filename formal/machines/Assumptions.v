(* What the theorems about machines rest on: Rocq's logic alone.

   A tuple has the theorems of one file. Where it prints "Closed under the global context", none of them uses an axiom. *)

From Anylength.machines Require Import Digits Carry Count Affine TwoNumbers Division Parity.
From Anylength.machines Require Import Equivalent Renumbered Derivatives Acceptor Tomita Groups.

Definition about_digits :=
  (value_digits, trimmed_digits).
Print Assumptions about_digits.

Definition about_carry :=
  carried.
Print Assumptions about_carry.

Definition about_count :=
  (count_outputs, count_padded, count_value, count_digits, decrement_outputs, decrement_padded,
   decrement_value, decrement_zero, decrement_digits).
Print Assumptions about_count.

Definition about_affine :=
  (affine_outputs, affine_padded, multiply_outputs, multiply_value, multiply_digits, collatz_outputs,
   collatz_value, collatz_digits).
Print Assumptions about_affine.

Definition about_two_numbers :=
  (add_outputs, subtract_outputs, add_padded, subtract_padded, add_value, subtract_value, subtract_below_zero,
   add_digits, subtract_digits, compare_answer, compare_digits).
Print Assumptions about_two_numbers.

Definition about_division :=
  (divide_outputs, divide_value, divide_digits, remainder_answer, remainder_digits).
Print Assumptions about_division.

Definition about_parity :=
  (parity_answer, parity_digits).
Print Assumptions about_parity.

Definition about_equivalent :=
  (same_outputs_right, equivalent_right).
Print Assumptions about_equivalent.

Definition about_renumbered :=
  (renumbered_outputs, renumbered_multiply, renumbered_collatz).
Print Assumptions about_renumbered.

Definition about_derivatives :=
  (derivative_right, set_derivative_right, matched_right).
Print Assumptions about_derivatives.

Definition about_acceptor :=
  (accepts_exactly_right, rejects_the_rest, accepts_every_prefix).
Print Assumptions about_acceptor.

Definition about_tomita :=
  (tomita_1_right, tomita_2_right, tomita_3_right, tomita_4_right, tomita_5_right, tomita_6_right,
   tomita_7_right).
Print Assumptions about_tomita.

Definition about_groups :=
  (compose_image, products_right, names_right, sums_outputs).
Print Assumptions about_groups.
