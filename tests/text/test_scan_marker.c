#include "scan_sample.h"

/* One form of a marker and what is read from it. */
struct form {
	const char *content;
	const char *read;
};

static void check(const struct form *forms, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *read = scan_sample_markers(forms[i].content);
		if (strcmp(read, forms[i].read) != 0)
			tap_fail(__FILE__, __LINE__, "of \"%s\" was read {%s}, expected {%s}", forms[i].content, read,
					 forms[i].read);
	}
}

#define CHECK(forms) check(forms, sizeof(forms) / sizeof((forms)[0]))

static void statements_have_an_id_and_a_label(void)
{
	static const struct form forms[] = {
		{"[PERSPECTIVE P01: label]\nbody", "statement:perspective P1 \"label\" 'body'"},
		{"[PERSPECTIVE P1: label]", "statement:perspective P1 \"label\""},
		{"[PERSPECTIVE P14] body of it", "statement:perspective P14 'body of it'"},
		{"**[TENSION T01: label]**\nbody", "statement:tension T1 \"label\" 'body'"},
		{"[TENSION T1.1: x]", "statement:tension T1.1 \"x\""},
		{"[TENSION T04-R1: x]", "statement:tension T4-R1 \"x\""},
		{"[TENSION T01-RESPONSE: x]", "statement:tension T1-RESPONSE \"x\""},
		{"[TENSION T-NEW: x]", "statement:tension T-NEW \"x\""},
		{"[TENSION MUFFIN R2-T01: x]", "statement:tension MUFFIN:R2:T1 \"x\""},
		{"[TENSION-T01: x]", "statement:tension T1 \"x\""},
		{"[RECOMMENDATION R01: x]", "statement:recommendation R1 \"x\""},
		{"[EVIDENCE E01 -- x]", "statement:evidence E1 \"x\""},
		{"[CLAIM C01 \u2014 x]", "statement:claim C1 \"x\""},
		{"[CLAIM: x] y", "statement:claim \"x\" 'y'"},
		{"[CLAIM]\ny", "statement:claim 'y'"},
		{"[TENSION T01 (R0): x]", "statement:tension R0:T1 \"x\""},
		{"[PERSPECTIVE P01]: x", "statement:perspective P1 'x'"},
	};
	CHECK(forms);
}

static void ids_in_a_statements_label_are_text(void)
{
	static const struct form forms[] = {
		{"[PERSPECTIVE P01: T06 resolves through MUFFIN-T01]",
		 "statement:perspective P1 \"T06 resolves through MUFFIN-T01\""},
		{"[PERSPECTIVE P02: T08-T11 are one]", "statement:perspective P2 \"T08-T11 are one\""},
		{"[TENSION: T01 stays]", "statement:tension \"T01 stays\""},
		{"[TENSION: T01: label]", "statement:tension T1 \"label\""},
		{"[PERSPECTIVE] P01: body", "statement:perspective P1 'body'"},
		{"[PERSPECTIVE] T01: body", "statement:perspective 'T01: body'"},
	};
	CHECK(forms);
}

static void what_is_taken_back_is_no_signal(void)
{
	static const struct form forms[] = {
		{"NOT MOVE:CONVERGE", "never"},
		{"We do **not** MOVE:CONVERGE", "never"},
		{"Knot: MOVE:CONVERGE", "move:converge"},
		{"| Bo | x |\n|---|---|\n| Cyd | [CONVERGE] |", "move:converge"},
		{"| Bo | x |\n|---|---|\n| Cyd | so [CONVERGE] |", ""},
		{"| Bo | x |\n|---|---|\n| Cyd | [RESOLVED] |", ""},
	};
	CHECK(forms);
}

static void a_keyword_may_be_written_by_hand(void)
{
	static const struct form forms[] = {
		{"[Perspective P01: x]", "statement:perspective P1 \"x\""},
		{"- **[ TENSION T01 : x ]**", "statement:tension T1 \"x\""},
		{"[Resolved T01: x]", "resolve T1 \"x\""},
		{"[Move:Converge]", "move:converge"},
		{"[perspective P02: x]", "statement:perspective P2 \"x\""},
		{"[re:support P0001]", "reference:support P1"},
		{"[perspective p02: x]", "unknown:perspective \"p02: x\""},
		{"[Perspective on life]", ""},
		{"[resolved T01 as it is]", ""},
		{"[re: your letter]", ""},
		{"[Evidence: a book]", "unknown:Evidence \"a book\""},
		{"[Claim c01: x]", "unknown:Claim \"c01: x\""},
		{"text [Perspective P01: x]", ""},
	};
	CHECK(forms);
}

static void local_ids_are_statements(void)
{
	static const struct form forms[] = {
		{"[MUFFIN-P0101: label]\nbody", "statement:perspective MUFFIN:P101 \"label\" 'body'"},
		{"[KOUIGN-AMANN-T0101 \u2014 label]", "statement:tension KOUIGN-AMANN:T101 \"label\""},
		{"- [Muffin-R0101: label]", "statement:recommendation Muffin:R101 \"label\""},
		{"text [MUFFIN-E0101: label]", "statement:evidence MUFFIN:E101 \"label\""},
		{"[MUFFIN-C0101: label]", "statement:claim MUFFIN:C101 \"label\""},
		{"cites [MUFFIN-P0101] only, and [STRUDEL R2-T01]", ""},
	};
	CHECK(forms);
}

static void ids_stand_between_keyword_and_label(void)
{
	static const struct form forms[] = {
		{"[REFINEMENT on T01]", "refine T1"},
		{"[REFINEMENT T03]", "refine T3"},
		{"[REFINEMENT on T02: label]", "refine T2 \"label\""},
		{"[REFINEMENT on T06 -- by `blue [x]` it]", "refine T6 \"by `blue [x]` it\""},
		{"[REFINEMENT on T03 \u2014 a, b]", "refine T3 \"a, b\""},
		{"[REFINEMENT on T03 - a]", "refine T3 \"a\""},
		{"[REFINEMENT on T05 / former Macaron T01]", "refine T5,Macaron:T1"},
		{"[CONCESSION on T04 -- label]", "concede T4 \"label\""},
		{"[CONCESSION to Churro on T07]", "concede T7 to=Churro"},
		{"[CONCESSION on T07 to Churro: x]", "concede T7 to=Churro \"x\""},
		{"[CONCESSION to @muffin: x]", "concede to=muffin \"x\""},
		{"[MOVE:BRIDGE @scone, @tart: both]", "move:bridge to=scone to=tart \"both\""},
		{"[MOVE:BRIDGE to Scone, Tart and Data Guru: all]", "move:bridge to=Scone to=Tart to=Data Guru \"all\""},
		{"[MOVE:BRIDGE to Scone & Tart on T07]", "move:bridge T7 to=Scone to=Tart"},
		{"[CONCESSION to Scone, T07: x]", "concede T7 to=Scone \"x\""},
		{"[CONCESSION to Scone, Because of it: x]", "concede to=Scone \", Because of it: x\""},
		{"[CONCESSION to Data Guru on T07]", "concede T7 to=Data Guru"},
		{"[CONCESSION to Muffin T07]", "concede T7 to=Muffin"},
		{"[CONCESSION to muffin]", "concede to=muffin"},
		{"[CONCESSION to data-guru on T07: x]", "concede T7 to=data-guru \"x\""},
		{"[CONCESSION to muffin T07]", "concede T7 to=muffin"},
		{"[CONCESSION to the point]", "concede \"to the point\""},
		{"[RESOLVED MUFFIN R1-T01, MACARON R1-T01, ECLAIR R1-T01]", "resolve MUFFIN:R1:T1,MACARON:R1:T1,ECLAIR:R1:T1"},
		{"[RESOLVED T3/T6/T8: x]", "resolve T3,T6,T8 \"x\""},
		{"[RESOLVED T3 & T6: x]", "resolve T3,T6 \"x\""},
		{"[RESOLVED tension T3 and T6: x]", "resolve T3,T6 \"x\""},
		{"[RESOLVED R0.T03]", "resolve R0:T3"},
		{"[RESOLVED CROISSANT-T01 (R0)]", "resolve CROISSANT:R0:T1"},
		{"[RESOLVED T08-T11: x]", "resolve T8,T9,T10,T11 \"x\""},
		{"[RESOLVED T08--T10]", "resolve T8,T9,T10"},
		{"[RESOLVED T01 (its shape): x]", "resolve T1 \"x\""},
		{"[RESOLVED T01 by adopting x]", "resolve T1 \"by adopting x\""},
		{"[REFINED RESOLUTION T01: x]", "resolve T1 \"x\""},
		{"[ACKNOWLEDGED T01] y", "comment T1 'y'"},
		{"[DEFER T01: later]", "comment T1 \"later\""},
	};
	CHECK(forms);
}

static void ids_lead_the_label_or_follow_the_bracket(void)
{
	static const struct form forms[] = {
		{"[REFINEMENT: T01 Honor vs Greenfield]", "refine T1 \"Honor vs Greenfield\""},
		{"[RESOLVED: STRUDEL R1-T01 (trait)]", "resolve STRUDEL:R1:T1 \"(trait)\""},
		{"[RESOLVED T01: MACARON-T01 (none)]", "resolve T1,MACARON:T1 \"(none)\""},
		{"[RESOLVED: T01, T02 and T03 -- x]", "resolve T1,T2,T3 \"x\""},
		{"[CONCESSION: T01's framing]", "concede T1 \"T01's framing\""},
		{"[REFINEMENT: Scoping (STRUDEL-T01) and CROISSANT R1-T02]",
		 "refine inside=STRUDEL:T1,CROISSANT:R1:T2 \"Scoping (STRUDEL-T01) and CROISSANT R1-T02\""},
		{"[REFINEMENT: Sharpening T01 here]", "refine inside=Sharpening:T1 \"Sharpening T01 here\""},
		{"[REFINEMENT: about T01]", "refine \"about T01\""},
		{"[RESOLVED] T01, T02 \u2014 settled", "resolve T1,T2 'settled'"},
		{"[CONCESSION] on T01 I agree", "concede T1 'on T01 I agree'"},
		{"[CONCESSION: x]\nT01 is in the body", "concede \"x\" 'T01 is in the body'"},
		{"[RESOLVED T13] T7 is text", "resolve T13 'T7 is text'"},
	};
	CHECK(forms);
}

static void what_follows_the_bracket_is_the_body(void)
{
	static const struct form forms[] = {
		{"[CONCESSION to Strudel on T01]: Strudel's x\ny", "concede T1 to=Strudel 'Strudel's x\ny'"},
		{"[RESOLVED T1] **bold** label", "resolve T1 '**bold** label'"},
		{"**[RESOLVED T1]** body", "resolve T1 'body'"},
		{"**[RESOLVED T1]:** body", "resolve T1 'body'"},
		{"[RESOLVED T1] \u2014 body", "resolve T1 'body'"},
		{"[CONCESSION] a\n\nb\n## H\nc", "concede 'a\n\nb'"},
		{"[CONCESSION] a\n---\nc", "concede 'a'"},
		{"[CONCESSION] a\n```\n# no\n---\n[RESOLVED T1]\n```\nc\n[REFINED: d]",
		 "concede 'a\n```\n# no\n---\n[RESOLVED T1]\n```\nc' ; resolve T1 ; refine \"d\""},
		{"[CONCESSION: a]\nb\n**[REFINED: c]**\nd", "concede \"a\" 'b' ; refine \"c\" 'd'"},
		{"[CONCESSION: a]\nb\n**Moves**: [MOVE:CONVERGE]", "concede \"a\" 'b' ; move:converge"},
		{"[CONCESSION: a] b `[RESOLVED T1]` c", "concede \"a\" 'b `[RESOLVED T1]` c' ; resolve T1 'c'"},
		{"[CONCESSION: a] b [FOO: c] d", "concede \"a\" 'b [FOO: c] d' ; unknown:FOO \"c\" 'd'"},
		{"[CONCESSION: a] b\n[FOO: c] d", "concede \"a\" 'b' ; unknown:FOO \"c\" 'd'"},
		{"```\n[CONCESSION: a]\nb\n```\nc", "concede \"a\" 'b'"},
	};
	CHECK(forms);
}

static void references_stand_in_the_body_of_a_statement(void)
{
	static const struct form forms[] = {
		{"[MUFFIN-P0101: a]\n[RE:SUPPORT P0001] [RE:OPPOSE T0002, CUPCAKE-C0101]\nbody",
		 "statement:perspective MUFFIN:P101 \"a\" 'body' ; reference:support P1 ; reference:oppose T2,CUPCAKE:C101"},
		{"[MUFFIN-P0101: a] b [RE: DEPEND E0001] c",
		 "statement:perspective MUFFIN:P101 \"a\" 'b c' ; reference:depend E1"},
		{"[RE:LIKE P0001]", "unknown:RE:LIKE P1"},
	};
	CHECK(forms);
}

static void moves_are_nouns_or_participles_with_or_without_move(void)
{
	static const struct form forms[] = {
		{"[MOVE:CONVERGE]", "move:converge"},
		{"## [MOVE:CONVERGE]\nyes", "move:converge 'yes'"},
		{"I signal **[MOVE:CONVERGE]**.", "move:converge '.'"},
		{"[MOVE: DEFEND T01: x]", "move:defend T1 \"x\""},
		{"[DEFENSE: x]", "move:defend \"x\""},
		{"[DEFENDED P01]", "move:defend P1"},
		{"[CONFIRMED P01]", "move:defend P1"},
		{"[CHALLENGE MUFFIN-P0101: x]", "move:challenge MUFFIN:P101 \"x\""},
		{"[CHALLENGED: x]", "move:challenge \"x\""},
		{"[BRIDGED P01 & P02: x]", "move:bridge P1,P2 \"x\""},
		{"[REQUEST to Muffin: x]", "move:request to=Muffin \"x\""},
		{"[CONCEDED T01]", "move:concede T1"},
		{"[ACCEPT T01]", "move:concede T1"},
		{"[MOVE:REFINEMENT T01]", "move:refine T1"},
		{"[RESOLVE T01]", "move:resolve T1"},
		{"[MOVE:RESOLVED T01]", "move:resolve T1"},
		{"[CONVERGENCE CONFIRMED]", "move:converge"},
		{"[CONVERGED: yes]", "move:converge \"yes\""},
		{"[MOVE:CONVERGE-FULL]", "move:converge"},
		{"[RESOLVED-FULLY T01]", "resolve T1"},
	};
	CHECK(forms);
}

static void a_weak_word_is_never_a_signal(void)
{
	static const struct form forms[] = {
		{"[MOVE:CONVERGE-PROPOSAL]", "never"},
		{"[MOVE:PROPOSAL]", "never"},
		{"[CONVERGE-PARTIAL: x]", "never \"x\""},
		{"[PARTIAL CONVERGENCE: x]", "never \"x\""},
		{"[CONDITIONAL RESOLUTION T01]", "never T1"},
		{"[RESOLUTION PROPOSAL T01: x]", "never T1 \"x\""},
		{"[RESOLVED-CONDITIONALLY-SO T01]", "never T1"},
		{"[RESOLVED on T01 -- contingent, proposing, partial]", "resolve T1 \"contingent, proposing, partial\""},
	};
	CHECK(forms);
}

static void verdicts_of_one_expert_are_known(void)
{
	static const struct form forms[] = {
		{"[DISSENT: x]\ny", "verdict:dissent \"x\" 'y'"},
		{"[MINORITY VERDICT] y", "verdict:minority 'y'"},
	};
	CHECK(forms);
}

static void unknown_keywords_are_reported_not_guessed(void)
{
	static const struct form forms[] = {
		{"[MOVE:WAVE]", "unknown:MOVE:WAVE"},
		{"text [FOO T01] text", "unknown:FOO T1 'text'"},
		{"text [FOO: x]", "unknown:FOO \"x\""},
		{"- [FOO]", "unknown:FOO"},
		{"[TENSION RESOLVED T01]", "unknown:TENSION RESOLVED T1"},
		{"[NEW TENSION T01: x]", "unknown:NEW T1 \"x\""},
		{"[CONCESSION/REFINEMENT on T01: x]", "unknown:CONCESSION/REFINEMENT T1 \"x\""},
		{"[TENSION-HIGH T01: x]", "unknown:TENSION-HIGH T1 \"x\""},
		{"[FOO: x][BAR: y]", "unknown:FOO \"x\" '[BAR: y]' ; unknown:BAR \"y\""},
	};
	CHECK(forms);
}

static void other_brackets_are_no_candidates(void)
{
	static const char *const texts[] = {
		"[link](x.md)",
		"[RFC 0058](rfc.md)",
		"[RFC: x](rfc.md)",
		"- [ ] todo",
		"- [x] done",
		"[X] x",
		"[AB] x",
		"`[A-Za-z0-9]{24}`",
		"[jira.enforcement]",
		"[Awaiting response]",
		"[1] note",
		"[[links]]",
		"[!NOTE]",
		"[RFC]: https://example.org",
		"[RFC][1]",
		"text [RESOLVED] text",
		"text [FOO] text",
		"text [RESOLVED Tn] text",
		"[CONCESSION|REFINEMENT|RESOLVED]",
		"\\[RESOLVED T01]",
		"[RESOLVED T01](#resolved-t01)",
		"RESOLVED T01",
		"[FOO.BAR: x]",
		"text [RESOLVED T01",
		"T01 RESOLVED",
		"**Claim**: x",
		"[resolved T01]",
	};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		const char *read = scan_sample_markers(texts[i]);
		if (*read != 0)
			tap_fail(__FILE__, __LINE__, "of \"%s\" was read {%s}", texts[i], read);
	}
}

static void a_bare_keyword_counts_at_the_start_of_a_line_only(void)
{
	static const struct form forms[] = {
		{"[RESOLVED -- accepting it]", "resolve \"accepting it\""},
		{"  > - **[REFINEMENT]** x", "refine 'x'"},
		{"### [CONCESSION]", "concede"},
		{"1. [CONCESSION]", "concede"},
		{"I make a [CONCESSION] here", ""},
		{"see [CONCESSION: x]", "concede \"x\""},
		{"see [CONCESSION T01]", "concede T1"},
		{"| a | b |\n|---|---|\n| [CONCESSION] | x |", ""},
	};
	CHECK(forms);
}

static void brackets_in_a_label_are_balanced(void)
{
	static const struct form forms[] = {
		{"[TENSION T01: a[0] and `b]c` d] e", "statement:tension T1 \"a[0] and `b]c` d\" 'e'"},
		{"[TENSION T01: a[0 is odd] e", "statement:tension T1 \"a[0 is odd\" 'e'"},
		{"[TENSION T01: never closed\nb", "statement:tension T1 \"never closed\" 'b'"},
		{"[TENSION T01: a label\n  of two lines] e", "statement:tension T1 \"a label of two lines\" 'e'"},
		{"[TENSION T01: open\n[TENSION T02: a]]", "statement:tension T1 \"open\" ; statement:tension T2 \"a\" ']'"},
		{"[RESOLVED T01: x] and [RESOLVED T02: y]", "resolve T1 \"x\" 'and' ; resolve T2 \"y\""},
		{"[TENSION T01: not [RESOLVED T02] here]", "statement:tension T1 \"not [RESOLVED T02] here\""},
	};
	CHECK(forms);
	const struct scan_file *file = scan_sample(TEXT("[TENSION T01: never closed\n[TENSION T02: closed]"));
	expect(!file->markers[0].closed && file->markers[1].closed);
}

static void moves_alone_need_no_bracket(void)
{
	static const struct form forms[] = {
		{"**MOVE:CONVERGE** I am done", "move:converge 'I am done'"},
		{"I signal MOVE:CONVERGE.", "move:converge '.'"},
		{"**Signal**: MOVE:CONVERGE, since x", "move:converge ', since x'"},
		{"Muffin: MOVE:CONVERGE because x\nother", "move:converge 'because x'"},
		{"- Muffin \u2014 MOVE: CONVERGE (final)", "move:converge '(final)'"},
		{"Muffin: MOVE:CONVERGE, Scone: MOVE:DEFEND", "move:converge ', Scone:' ; move:defend"},
		{"| Muffin | MOVE:CONVERGE \U00002705 |\n|---|---|\n| Scone | CONVERGENCE CONFIRMED |",
		 "move:converge '\U00002705' ; move:converge"},
		{"CONVERGENCE CONFIRMED", "move:converge"},
		{"## CONVERGENCE CONFIRMED", "move:converge"},
		{"MOVE:CONVERGE-PROPOSAL", "never"},
		{"MOVE:WAVE", "unknown:MOVE:WAVE"},
		{"asks to signal MOVE:CONVERGE or not", ""},
		{"| a | b |\n|---|---|\n| Scone | they may MOVE:CONVERGE |", ""},
		{"CONVERGENCE: 97%", ""},
		{"12/12 CONVERGE", ""},
	};
	CHECK(forms);
}

static void a_speaker_is_named_before_the_marker(void)
{
	static const struct {
		const char *content;
		const char *speaker;
	} rows[] = {
		{"Muffin: MOVE:CONVERGE", "Muffin"},
		{"**Muffin**: [MOVE:CONVERGE]", "Muffin"},
		{"**Moves:** [MOVE:CONVERGE]", "Moves"},
		{"- \U0001f9c1 Muffin \u2014 MOVE:CONVERGE", "Muffin"},
		{"Kouign-Amann: **MOVE:CONVERGE**", "Kouign-Amann"},
		{"\u00c9clair MOVE:CONVERGE", "\u00c9clair"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct scan_file *file = scan_sample(text_of_string(rows[i].content));
		expect_integer((int64_t)file->marker_count, 1);
		expect_text(file->markers[0].speaker, rows[i].speaker);
		expect((file->markers[0].context & SCAN_AFTER_NAME) != 0);
	}
	expect(!text_present(scan_sample(TEXT("we signal [MOVE:CONVERGE]"))->markers[0].speaker));
}

static void the_context_tells_where_a_marker_stands(void)
{
	static const struct {
		const char *content;
		unsigned context;
	} rows[] = {
		{"[RESOLVED T1]", SCAN_AT_START | SCAN_AT_END},
		{"x [RESOLVED T1] y", 0},
		{"x `[RESOLVED T1]` y", SCAN_IN_BACKTICKS},
		{"x ``a ` [RESOLVED T1]`` y", SCAN_IN_BACKTICKS},
		{"x ` [RESOLVED T1] y", 0},
		{"x \"a [RESOLVED T1]\" y", SCAN_IN_QUOTES},
		{"x \"a\" [RESOLVED T1] y", 0},
		{"x \u201ca [RESOLVED T1]\u201d y", SCAN_IN_QUOTES},
		{"x \u201ea\u201c [RESOLVED T1] y", 0},
		{"x Don't [RESOLVED T1] y", 0},
		{"x \"a\n[RESOLVED T1] y\"", SCAN_AT_START},
		{"## x [RESOLVED T1] y", SCAN_IN_HEADING},
		{"x **[RESOLVED T1]** y", SCAN_IN_BOLD},
		{"x ~~[RESOLVED T1]~~ y", SCAN_STRUCK_OUT},
		{"| \"a | x [RESOLVED T1] y |\n|---|---|", SCAN_IN_TABLE},
		{"```\nx [RESOLVED T1] y\n```", SCAN_IN_FENCE},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct scan_file *file = scan_sample(text_of_string(rows[i].content));
		if (file->marker_count != 1 || file->markers[0].context != rows[i].context)
			tap_fail(__FILE__, __LINE__, "\"%s\" has context %#x, expected %#x", rows[i].content,
					 file->marker_count == 1 ? file->markers[0].context : ~0U, rows[i].context);
	}
}

static void places_are_those_of_the_file(void)
{
	static const char content[] = "# A\n\n- x\n- **[RESOLVED R1-T01: lab]** body\n\nmore\n\n## B\n";
	const struct scan_file *file = scan_sample(text_of_string(content));
	const struct scan_marker *marker = &file->markers[0];
	expect_integer(marker->line, 4);
	expect_integer((int64_t)marker->offset, (int64_t)(strchr(content, '[') - content));
	expect_integer((int64_t)marker->end, (int64_t)(strchr(content, ']') - content) + 1);
	expect_integer((int64_t)marker->body_end, (int64_t)(strstr(content, "## B") - content));
	expect_integer((int64_t)marker->ids[0].offset, (int64_t)(strstr(content, "R1-") - content));
	expect_text(marker->ids[0].written, "R1-T01");
	expect_text(marker->ids[0].digits, "01");
	expect_text(marker->written, "RESOLVED");
}

static const struct tap_test tests[] = {
	{"statements have an id and a label", statements_have_an_id_and_a_label},
	{"ids in a statement's label are text", ids_in_a_statements_label_are_text},
	{"what is taken back is no signal", what_is_taken_back_is_no_signal},
	{"a keyword may be written with one capital and blanks around it", a_keyword_may_be_written_by_hand},
	{"local ids with a label are statements", local_ids_are_statements},
	{"ids stand between keyword and label in any order with `on` and `to`", ids_stand_between_keyword_and_label},
	{"ids lead the label or follow the bracket", ids_lead_the_label_or_follow_the_bracket},
	{"what follows the bracket is the body, up to the next marker, heading or break",
	 what_follows_the_bracket_is_the_body},
	{"references stand in the body of a statement and are no part of it", references_stand_in_the_body_of_a_statement},
	{"moves are nouns or participles, with or without MOVE:", moves_are_nouns_or_participles_with_or_without_move},
	{"a proposal, condition or part is never a signal", a_weak_word_is_never_a_signal},
	{"dissent and minority verdicts are known", verdicts_of_one_expert_are_known},
	{"unknown keywords are reported, not guessed", unknown_keywords_are_reported_not_guessed},
	{"other brackets are no candidates", other_brackets_are_no_candidates},
	{"a bare keyword counts at the start of a line only", a_bare_keyword_counts_at_the_start_of_a_line_only},
	{"brackets in a label are balanced", brackets_in_a_label_are_balanced},
	{"moves alone need no bracket", moves_alone_need_no_bracket},
	{"a speaker is named before the marker", a_speaker_is_named_before_the_marker},
	{"the context tells where a marker stands", the_context_tells_where_a_marker_stands},
	{"places are those of the file", places_are_those_of_the_file},
};

int main(void)
{
	const int failed = tap_run(tests, sizeof(tests) / sizeof(tests[0]));
	scan_sample_finish();
	return failed;
}
