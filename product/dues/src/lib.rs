//! Dues: standards, bills, paying, proxy payment, cash, and the lists of who has paid.
