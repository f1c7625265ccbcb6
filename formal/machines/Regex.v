(* Regular expressions over symbols 0, 1, 2, ..., and the words that they match whole. *)

From Coq Require Import List Arith Lia.
Import ListNotations.

Inductive regex :=
  | Nothing                        (* no word *)
  | Empty                          (* the empty word *)
  | Class (symbols : list nat)     (* one symbol of a list, as in [abc] *)
  | Either (r t : regex)           (* r|t *)
  | Then (r t : regex)             (* rt *)
  | Star (r : regex).              (* r* *)

Inductive matches : regex -> list nat -> Prop :=
  | match_empty : matches Empty []
  | match_class symbols s : In s symbols -> matches (Class symbols) [s]
  | match_left r t w : matches r w -> matches (Either r t) w
  | match_right r t w : matches t w -> matches (Either r t) w
  | match_then r t u v : matches r u -> matches t v -> matches (Then r t) (u ++ v)
  | match_star_end r : matches (Star r) []
  | match_star_more r u v : matches r u -> matches (Star r) v -> matches (Star r) (u ++ v).

(* The other notations of patterns, spelt out. *)

Definition symbol (s : nat) : regex := Class [s].

(* r? *)
Definition optional (r : regex) : regex := Either r Empty.

(* r+ *)
Definition some (r : regex) : regex := Then r (Star r).

(* r{n} *)
Fixpoint times (n : nat) (r : regex) : regex :=
  match n with
  | 0 => Empty
  | 1 => r
  | S n => Then r (times n r)
  end.

(* r{0,n} *)
Fixpoint up_to (n : nat) (r : regex) : regex :=
  match n with
  | 0 => Empty
  | S n => optional (Then r (up_to n r))
  end.

(* r{m,} and r{m,n} *)
Definition at_least (m : nat) (r : regex) : regex := Then (times m r) (Star r).
Definition between (m n : nat) (r : regex) : regex := Then (times m r) (up_to (n - m) r).

(* A sequence of expressions, and a choice between them. *)
Definition sequence (rs : list regex) : regex := fold_right Then Empty rs.
Definition choice (rs : list regex) : regex := fold_right Either Nothing rs.

(* What each operator matches, as equivalences *)

Lemma matches_nothing w : matches Nothing w <-> False.
Proof. split; [inversion 1 | easy]. Qed.

Lemma matches_empty w : matches Empty w <-> w = [].
Proof. split; [inversion 1; auto | intros ->; constructor]. Qed.

Lemma matches_class l w : matches (Class l) w <-> exists s, w = [s] /\ In s l.
Proof. split; [inversion 1; eauto | intros (s & -> & S); now constructor]. Qed.

Lemma matches_either r t w : matches (Either r t) w <-> matches r w \/ matches t w.
Proof. split; [inversion 1; auto | intros [H | H]; [now apply match_left | now apply match_right]]. Qed.

Lemma matches_then r t w : matches (Then r t) w <-> exists u v, w = u ++ v /\ matches r u /\ matches t v.
Proof. split; [inversion 1; eauto | intros (u & v & -> & U & V); now constructor]. Qed.

(* A word that r* matches is a sequence of words that r matches. *)
Lemma matches_star r w : matches (Star r) w <-> exists ws, w = concat ws /\ Forall (matches r) ws.
Proof.
  split.
  - remember (Star r) as t eqn:E. induction 1; try discriminate; injection E as ->.
    + exists []. now split.
    + destruct IHmatches2 as (ws & -> & W); [reflexivity|]. exists (u :: ws). now split; [|constructor].
  - intros (ws & -> & W). induction W; cbn; now constructor.
Qed.

Lemma matches_optional r w : matches (optional r) w <-> matches r w \/ w = [].
Proof. unfold optional. now rewrite matches_either, matches_empty. Qed.

(* A word that r{n} matches is a sequence of n words that r matches. *)
Lemma times_step n r w : matches (times (S n) r) w <-> exists u v, w = u ++ v /\ matches r u /\ matches (times n r) v.
Proof.
  destruct n; [|now rewrite <- matches_then]. cbn [times]. split.
  - intros H. exists w, []. rewrite app_nil_r. repeat split; [exact H | constructor].
  - intros (u & v & -> & U & V). apply matches_empty in V as ->. now rewrite app_nil_r.
Qed.

Lemma matches_times n r : forall w, matches (times n r) w <-> exists ws, w = concat ws /\ length ws = n /\ Forall (matches r) ws.
Proof.
  induction n as [|n IH]; intros w.
  - cbn [times]. rewrite matches_empty.
    split; [intros ->; now exists [] | intros ([|u ws] & -> & L & _); [reflexivity | discriminate]].
  - rewrite times_step. split.
    + intros (u & v & -> & U & V). apply IH in V as (ws & -> & L & W).
      exists (u :: ws). repeat split; [cbn; now rewrite L | now constructor].
    + intros ([|u ws] & -> & L & W); [discriminate|]. inversion_clear W as [|? ? U W']. injection L as L.
      exists u, (concat ws). repeat split; [exact U|]. apply IH. now exists ws.
Qed.

(* A word that r{0,n} matches is a sequence of at most n words that r matches. *)
Lemma matches_up_to n r : forall w, matches (up_to n r) w <-> exists ws, w = concat ws /\ length ws <= n /\ Forall (matches r) ws.
Proof.
  induction n as [|n IH]; intros w; cbn [up_to].
  - rewrite matches_empty. split; [intros ->; now exists [] | intros ([|u ws] & -> & L & _); [reflexivity | cbn in L; lia]].
  - rewrite matches_optional, matches_then. split.
    + intros [(u & v & -> & U & V) | ->]; [|exists []; repeat split; [cbn; lia | constructor]].
      apply IH in V as (ws & -> & L & W). exists (u :: ws). repeat split; [cbn; lia | now constructor].
    + intros ([|u ws] & -> & L & W); [now right|]. inversion_clear W as [|? ? U W']. left.
      exists u, (concat ws). repeat split; [exact U|]. apply IH. exists ws. repeat split; auto. cbn in L. lia.
Qed.
