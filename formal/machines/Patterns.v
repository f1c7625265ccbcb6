(* Tasks of regular expressions: the machines that Python makes of a few patterns accept exactly the words that they match.

   The tables and expressions are written by Python; a test compares them with its tasks. *)

From Coq Require Import List Arith.
From Anylength Require Import Machine.
From Anylength.machines Require Import Tables Regex Acceptor.
Import ListNotations.

(* The patterns stand in quotes, because two of their characters may end a comment. *)
Set Warnings "-comment-terminator-in-string".

(* "(ab)*": ab again and again. *)

Definition ab_again : machine := {|
  start := 0;
  delta := [
    [1; 2];
    [2; 0];
    [2; 2]];
  output := [
    [0; 0];
    [0; 1];
    [0; 0]] |}.

Definition words_ab_again : regex :=
  Star (Then (symbol 0) (symbol 1)).

Theorem ab_again_right : forall w, over 2 w -> w <> [] ->
  (answer ab_again w = 1 <-> matches words_ab_again w).
Proof. apply accepts_exactly_right. vm_compute. reflexivity. Qed.

(* "(a|b)*abb": all words that end in abb. *)

Definition ends_in_abb : machine := {|
  start := 0;
  delta := [
    [1; 0];
    [1; 2];
    [1; 0]];
  output := [
    [0; 0];
    [0; 0];
    [0; 1]] |}.

Definition words_ends_in_abb : regex :=
  Then (Star (Either (symbol 0) (symbol 1))) (Then (symbol 0) (Then (symbol 1) (symbol 1))).

Theorem ends_in_abb_right : forall w, over 2 w -> w <> [] ->
  (answer ends_in_abb w = 1 <-> matches words_ends_in_abb w).
Proof. apply accepts_exactly_right. vm_compute. reflexivity. Qed.

(* "a(b|c){2,3}": a, then two or three symbols that are b or c. *)

Definition two_or_three : machine := {|
  start := 0;
  delta := [
    [1; 2; 2];
    [2; 3; 3];
    [2; 2; 2];
    [2; 4; 4];
    [2; 2; 2]];
  output := [
    [0; 0; 0];
    [0; 0; 0];
    [0; 0; 0];
    [0; 1; 1];
    [0; 1; 1]] |}.

Definition words_two_or_three : regex :=
  Then (symbol 0) (between 2 3 (Either (symbol 1) (symbol 2))).

Theorem two_or_three_right : forall w, over 3 w -> w <> [] ->
  (answer two_or_three w = 1 <-> matches words_two_or_three w).
Proof. apply accepts_exactly_right. vm_compute. reflexivity. Qed.

(* "(a|b)*a(a|b){2}": the third symbol from the end is a. *)

Definition third_from_the_end : machine := {|
  start := 0;
  delta := [
    [1; 0];
    [2; 3];
    [2; 3];
    [1; 0]];
  output := [
    [0; 0];
    [0; 0];
    [1; 1];
    [1; 1]] |}.

Definition words_third_from_the_end : regex :=
  Then (Star (Either (symbol 0) (symbol 1))) (Then (symbol 0) (times 2 (Either (symbol 0) (symbol 1)))).

Theorem third_from_the_end_right : forall w, over 2 w -> w <> [] ->
  (answer third_from_the_end w = 1 <-> matches words_third_from_the_end w).
Proof. apply accepts_exactly_right. vm_compute. reflexivity. Qed.

