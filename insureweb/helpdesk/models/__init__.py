from insureweb.helpdesk.models.tickets import LONGEST_TEXT, Author, Ticket, TicketKind, TicketMessage, Topic

__all__ = ["LONGEST_TEXT", "Author", "Ticket", "TicketKind", "TicketMessage", "Topic"]
