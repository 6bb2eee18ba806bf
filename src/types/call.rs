//! Calls to authors: what an attempt came to, how a task ended, where an application stands.

use super::codes::codes;

codes! {
    /// What came of one attempt to call.
    CallOutcome {
        NoAnswer = "no_answer",
        /// Somebody else's number, or nobody's.
        WrongNumber = "wrong_number",
        /// The author was told what the union can do for them and how to join.
        Explained = "explained",
        /// The same, and the author wants to join.
        AskedToJoin = "asked_to_join",
    }
}

impl CallOutcome {
    /// Whether somebody spoke with the author: only that is a response.
    pub fn is_conversation(self) -> bool {
        matches!(self, CallOutcome::Explained | CallOutcome::AskedToJoin)
    }
}

codes! {
    /// Why there is a task.
    CallReason {
        /// The author was stated not to be a member.
        NotMember = "not_member",
        /// Somebody wanted it.
        ByHand = "by_hand",
    }
}

codes! {
    /// How a task ended.
    CallEnd {
        /// Explained, advised to join.
        Advised = "advised",
        /// Nobody could be reached.
        Unreached = "unreached",
        /// It was not needed after all: the author turned out to be a member, or was answered otherwise.
        NotNeeded = "not_needed",
    }
}

codes! {
    /// What a chair says of somebody's membership.
    ChairAnswer { Member = "member", NotMember = "not_member", Unknown = "unknown" }
}

codes! {
    /// Where a question to a chair stands.
    QueryState {
        Waiting = "waiting",
        Answered = "answered",
        /// Another one took its place, or it was taken back before it left.
        Withdrawn = "withdrawn",
        /// Nobody answered while the code held.
        Expired = "expired",
    }
}

codes! {
    /// Where an application to a primary organisation stands.
    ApplicationState {
        /// The chair has been written to.
        Waiting = "waiting",
        /// The chair has given the code back.
        Confirmed = "confirmed",
        /// Another one took its place.
        Withdrawn = "withdrawn",
        /// Nobody answered while the code held.
        Expired = "expired",
    }
}
