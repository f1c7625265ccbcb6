(* Tomita's seven grammars over 0 and 1 (Tomita 1982, read as in Weiss et al. 2018): Python's machines accept exactly these words.

   The tables and expressions are written by Python; a test compares them with its tasks. *)

From Coq Require Import List Arith.
From Anylength Require Import Machine.
From Anylength.machines Require Import Tables Regex Acceptor.
Import ListNotations.

(* The patterns stand in quotes, because two of their characters may end a comment. *)
Set Warnings "-comment-terminator-in-string".

(* 1: only ones. *)

Definition tomita_1 : machine := {|
  start := 0;
  delta := [
    [1; 0];
    [1; 1]];
  output := [
    [0; 1];
    [0; 0]] |}.

(* "1*" *)
Definition words_1 : regex :=
  Star (symbol 1).

Theorem tomita_1_right : forall w, over 2 w -> w <> [] -> (answer tomita_1 w = 1 <-> matches words_1 w).
Proof. apply accepts_exactly_right. vm_compute. reflexivity. Qed.

(* 2: 10 again and again. *)

Definition tomita_2 : machine := {|
  start := 0;
  delta := [
    [1; 2];
    [1; 1];
    [0; 1]];
  output := [
    [0; 0];
    [0; 0];
    [1; 0]] |}.

(* "(10)*" *)
Definition words_2 : regex :=
  Star (Then (symbol 1) (symbol 0)).

Theorem tomita_2_right : forall w, over 2 w -> w <> [] -> (answer tomita_2 w = 1 <-> matches words_2 w).
Proof. apply accepts_exactly_right. vm_compute. reflexivity. Qed.

(* 3: no odd run of zeros anywhere after an odd run of ones. *)

Definition tomita_3 : machine := {|
  start := 0;
  delta := [
    [0; 1];
    [2; 0];
    [3; 4];
    [2; 3];
    [4; 4]];
  output := [
    [1; 1];
    [0; 1];
    [1; 0];
    [0; 1];
    [0; 0]] |}.

(* "(0|11)*(1(1|00)*)?" *)
Definition words_3 : regex :=
  Then (Star (Either (Then (symbol 1) (symbol 1)) (symbol 0))) (optional (Then (symbol 1) (Star (Either (Then (symbol 0)
    (symbol 0)) (symbol 1))))).

Theorem tomita_3_right : forall w, over 2 w -> w <> [] -> (answer tomita_3 w = 1 <-> matches words_3 w).
Proof. apply accepts_exactly_right. vm_compute. reflexivity. Qed.

(* 4: no three zeros in a row. *)

Definition tomita_4 : machine := {|
  start := 0;
  delta := [
    [1; 0];
    [2; 0];
    [3; 0];
    [3; 3]];
  output := [
    [1; 1];
    [1; 1];
    [0; 1];
    [0; 0]] |}.

(* "(1|01|001)*(0|00)?" *)
Definition words_4 : regex :=
  Then (Star (Either (Then (symbol 0) (Then (symbol 0) (symbol 1))) (Either (Then (symbol 0) (symbol 1)) (symbol 1))))
    (optional (Either (Then (symbol 0) (symbol 0)) (symbol 0))).

Theorem tomita_4_right : forall w, over 2 w -> w <> [] -> (answer tomita_4 w = 1 <-> matches words_4 w).
Proof. apply accepts_exactly_right. vm_compute. reflexivity. Qed.

(* 5: an even number of zeros and an even number of ones. *)

Definition tomita_5 : machine := {|
  start := 0;
  delta := [
    [1; 2];
    [0; 3];
    [3; 0];
    [2; 1]];
  output := [
    [0; 0];
    [1; 0];
    [0; 1];
    [0; 0]] |}.

(* "(00|11|(01|10)(00|11)*(01|10))*" *)
Definition words_5 : regex :=
  Star (Either (Then (Either (Then (symbol 0) (symbol 1)) (Then (symbol 1) (symbol 0))) (Then (Star (Either (Then (symbol
    0) (symbol 0)) (Then (symbol 1) (symbol 1)))) (Either (Then (symbol 0) (symbol 1)) (Then (symbol 1) (symbol 0)))))
    (Either (Then (symbol 0) (symbol 0)) (Then (symbol 1) (symbol 1)))).

Theorem tomita_5_right : forall w, over 2 w -> w <> [] -> (answer tomita_5 w = 1 <-> matches words_5 w).
Proof. apply accepts_exactly_right. vm_compute. reflexivity. Qed.

(* 6: the numbers of zeros and of ones differ by a multiple of 3. *)

Definition tomita_6 : machine := {|
  start := 0;
  delta := [
    [1; 2];
    [2; 0];
    [0; 1]];
  output := [
    [0; 0];
    [0; 1];
    [1; 0]] |}.

(* "(1(10)*(0|11)|0(01)*(1|00))*" *)
Definition words_6 : regex :=
  Star (Either (Then (symbol 0) (Then (Star (Then (symbol 0) (symbol 1))) (Either (Then (symbol 0) (symbol 0)) (symbol
    1)))) (Then (symbol 1) (Then (Star (Then (symbol 1) (symbol 0))) (Either (Then (symbol 1) (symbol 1)) (symbol 0))))).

Theorem tomita_6_right : forall w, over 2 w -> w <> [] -> (answer tomita_6 w = 1 <-> matches words_6 w).
Proof. apply accepts_exactly_right. vm_compute. reflexivity. Qed.

(* 7: at most four runs, the first of zeros. *)

Definition tomita_7 : machine := {|
  start := 0;
  delta := [
    [0; 1];
    [2; 1];
    [2; 3];
    [4; 3];
    [4; 4]];
  output := [
    [1; 1];
    [1; 1];
    [1; 1];
    [0; 1];
    [0; 0]] |}.

(* "0*1*0*1*" *)
Definition words_7 : regex :=
  Then (Star (symbol 0)) (Then (Star (symbol 1)) (Then (Star (symbol 0)) (Star (symbol 1)))).

Theorem tomita_7_right : forall w, over 2 w -> w <> [] -> (answer tomita_7 w = 1 <-> matches words_7 w).
Proof. apply accepts_exactly_right. vm_compute. reflexivity. Qed.

